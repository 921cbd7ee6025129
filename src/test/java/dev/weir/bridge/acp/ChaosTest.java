package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.EmulatorConfig;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection is cut every 50 to 500 ms, wherever it is, during 10,000 small updates and 50 prompts with large lines both ways, many of
 * them larger than the 256 KiB that the service replays. The claim is not that most of it comes through: every message of the agent
 * reaches the client and every prompt the agent once, as the same bytes, in the same order. Hashes over all of it, on both sides, say so.
 */
class ChaosTest {
    /** All of the service's handshakes, and what it replays; else one of them. */
    private static final boolean ALL = Boolean.getBoolean("weir.chaos.all");
    private static final int PROMPTS = 50;
    private static final int UPDATES = 200;
    private static final int LARGEST = 1024;

    @TempDir
    Path dir;

    static Stream<EmulatorConfig.Shells> services() {
        return ALL
                ? Stream.of("confirmed", "late", "twice", "silent").flatMap(
                        each -> Stream.of(new EmulatorConfig.Shells(each, "all"),
                                new EmulatorConfig.Shells(each, "detached")))
                : Stream.of(new EmulatorConfig.Shells("silent", "all"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyMessageOnceWholeAndInOrder(EmulatorConfig.Shells service) throws Exception {
        AcpService emulator = new AcpService(dir, service);
        AcpRig rig = new AcpRig(emulator);
        try {
            rig.start(AcpRig.options(rig.agent(dir)));
            String session = rig.session();
            AtomicBoolean over = new AtomicBoolean();
            Thread cutter = Thread.ofPlatform().start(() -> cut(rig, over));
            List<String> prompts = new ArrayList<>();
            for (int i = 0; i < PROMPTS; i++) {
                prompts.add(prompt(session, i));
            }
            prompts.forEach(rig::say);
            await().atMost(Duration.ofMinutes(2)).until(() -> rig.isAnswered(1000 + PROMPTS - 1));
            over.set(true);
            cutter.join();
            for (int i = 0; i < PROMPTS; i++) {
                assertThat(rig.answer(1000 + i).fieldNames()).as("answer " + i).contains("result");
            }
            List<String> received = List.copyOf(rig.received);
            String digest = "{\"jsonrpc\":\"2.0\",\"id\":5000,\"method\":\"session/prompt\",\"params\":{\"sessionId\":\""
                    + session + "\",\"do\":\"digest\"}}";
            rig.say(digest);
            assertThat(rig.result(5000).getString("said")).as("what the agent said").isEqualTo(sha(received));
            prompts.add(digest);
            assertThat(rig.result(5000).getString("heard")).as("what the agent heard").isEqualTo(sha(prompts));
            assertThat(received).hasSize(2 + PROMPTS * (UPDATES + 1));
            assertThat(rig.proxy.accepted.get()).isGreaterThan(10);
        } finally {
            emulator.close();
        }
    }

    /** Sizes from hundreds of bytes to a mebibyte, in both directions, not the same ones at the same time. */
    private static String prompt(String session, int i) {
        int asked = i == 7 ? LARGEST : i % 10 == 5 ? 300 : i % 7 * 4;
        int answered = i == 31 ? LARGEST : i % 10 == 2 ? 300 : i % 5 * 4;
        return new JsonObject().put("jsonrpc", "2.0").put("id", 1000 + i).put("method", "session/prompt")
                .put("params", new JsonObject().put("sessionId", session).put("do", "mixed").put("n", UPDATES)
                        .put("kilo", answered).put("pad", Integer.toString(i % 10).repeat(asked * 1024)))
                .encode();
    }

    private static void cut(AcpRig rig, AtomicBoolean over) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        while (!over.get()) {
            await().pollDelay(50 + random.nextInt(450), TimeUnit.MILLISECONDS).until(() -> true);
            rig.proxy.cut();
        }
    }

    private static String sha(List<String> lines) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String line : lines) {
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
