package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same words of a client, to the agent at a pipe and to the one behind the bridge, are answered with the same bytes in the same order.
 * Only the process number in the names of sessions may differ.
 */
class DirectTest {
    private static final String OPEN = "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":1}}";
    private static final String NEW = "{\"jsonrpc\":\"2.0\",\"id\":\"n\",\"method\":\"session/new\",\"params\":{\"cwd\":\"/x\"}}";

    @TempDir
    static Path dir;
    private static AcpService service;

    @BeforeAll
    static void open() throws Exception {
        service = new AcpService(dir);
    }

    @AfterAll
    static void shut() throws Exception {
        service.close();
    }

    /** A line to say when so many messages have come; {@code SESSION} stands for the first session's name. */
    record Step(int received, String line) {}

    static Stream<Arguments> scripts() {
        String odd = "\u00e9\u4e16\ud83d\ude00\u2028\u0085\u007f";
        String spelled = "{ \"result\":{\"b\":1.0,\"a\":12345678901234567890,\"a\":1e5,\"s\":\"\\u0000\\ud800\"},\"x\":[ ],\"id\":1, \"jsonrpc\":\"2.0\"}";
        return Stream.of(script("case09 large in", 3, prompt("1", "hash", "pad", odd + "x".repeat(300_000))),
                script("case10 large out", 3, prompt("1", "big", "n", 300_000)),
                script("case13 split", 3, prompt("1", "parts", "text", odd.repeat(20))),
                script("case14 many at once", 7, prompt("1", "flood", "n", 3), prompt("2", "hash")),
                script("case16 spelling", 3, prompt("1", "verbatim", "text", spelled)),
                script("case21 noise", 4, prompt("1", "flood", "n", 1)),
                script("case24 unknown", 3, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"_x/y\"}"),
                script("case25 ids", 9, prompt("0", "hash"), prompt("-1", "hash"), prompt("\"0\"", "hash"),
                        prompt("\"\"", "hash"), prompt("9007199254740993", "hash"),
                        prompt("\"" + "i".repeat(1000) + "\"", "hash"),
                        "{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}", prompt("1.0", "hash")),
                script("case28 reversed", 6, prompt("1", "stall"), prompt("2", "hash"), prompt("3", "release")),
                script("case29 busy", 7, prompt("1", "stall"), prompt("2", "flood", "n", 1), prompt("3", "release")),
                new Script("case30 permission", 4, List.of(new Step(2, prompt("0", "ask")), new Step(3,
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"outcome\":{\"outcome\":\"cancelled\"}}}")))
                        .asArguments(),
                new Script("case31 file", 4, List.of(new Step(2, prompt("1", "read")), new Step(3,
                        "{\"jsonrpc\":\"2.0\",\"id\":\"r\",\"result\":{\"content\":\"" + "z".repeat(1 << 20) + "\"}}")))
                        .asArguments(),
                new Script("case36 cancel", 6, List.of(new Step(2, prompt("1", "stall")), new Step(3, CANCEL)))
                        .asArguments(),
                script("case37 cancel at once", 6, prompt("1", "stall"), CANCEL),
                script("case40 cancel of an idle session", 3, CANCEL, prompt("1", "hash")),
                new Script("case41 withdraw", 4, List.of(new Step(2, prompt("1", "stall")), new Step(3,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancel_request\",\"params\":{\"requestId\":1}}")))
                        .asArguments());
    }

    private static final String CANCEL = "{\"jsonrpc\":\"2.0\",\"method\":\"session/cancel\",\"params\":{\"sessionId\":\"SESSION\"}}";

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void theBridgeIsNotSeen(String name, Script script) throws Exception {
        AcpRig rig = new AcpRig(service);
        String command = rig.agent(dir);
        try (DirectAgent direct = new DirectAgent(command)) {
            rig.start(AcpRig.options(command));
            List<String> expected = run(script, direct::say, direct.received);
            List<String> actual = run(script, rig::say, rig.received);
            assertThat(actual).as(name).isEqualTo(expected).hasSize(script.received());
        } finally {
            rig.close();
        }
    }

    private static List<String> run(Script script, Consumer<String> client, List<String> received) {
        client.accept(OPEN);
        client.accept(NEW);
        awaitCount(received, 2);
        String session = new JsonObject(received.get(1)).getJsonObject("result").getString("sessionId");
        for (Step step : script.steps()) {
            awaitCount(received, step.received());
            client.accept(step.line().replace("SESSION", session));
        }
        awaitCount(received, script.received());
        return received.stream().map(line -> line.replace(session, "SESSION").replaceAll("\"sha\":\"[0-9a-f]+\"", "")
                .replaceAll("\"bytes\":[0-9]+", "")).toList();
    }

    private static void awaitCount(List<String> received, int count) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> received.size() >= count);
    }

    private static Arguments script(String name, int received, String... lines) {
        return new Script(name, received, Stream.of(lines).map(line -> new Step(2, line)).toList()).asArguments();
    }

    private static String prompt(String id, String what, Object... more) {
        JsonObject params = new JsonObject().put("sessionId", "SESSION").put("do", what);
        for (int i = 0; i < more.length; i += 2) {
            params.put((String) more[i], more[i + 1]);
        }
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"session/prompt\",\"params\":" + params.encode()
                + "}";
    }

    /** What a client says, and how many messages it gets in all. */
    record Script(String name, int received, List<Step> steps) {
        Arguments asArguments() {
            return Arguments.of(name, this);
        }
    }
}
