package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.config.EmulatorConfig;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break, by the numbers of the test list; with {@code -Dweir.replay=detached} all of them with that kind of replay. */
class ReattachTest {
    private static final String REPLAY = System.getProperty("weir.replay", "all");
    private static final EmulatorConfig.Shells USUAL = new EmulatorConfig.Shells("confirmed", REPLAY);

    @TempDir
    static Path dir;
    private static final Map<EmulatorConfig.Shells, AcpService> SERVICES = new HashMap<>();
    private AcpRig rig;

    @AfterAll
    static void shut() throws Exception {
        for (AcpService service : SERVICES.values()) {
            service.close();
        }
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static AcpService service(EmulatorConfig.Shells shells) throws Exception {
        if (!SERVICES.containsKey(shells)) {
            SERVICES.put(shells, new AcpService(Files.createTempDirectory(dir, "service"), shells));
        }
        return SERVICES.get(shells);
    }

    private String start(EmulatorConfig.Shells shells, String... environment) throws Exception {
        rig = new AcpRig(service(shells));
        rig.start(AcpRig.options(rig.agent(dir, environment)));
        return rig.session();
    }

    private void cut(int connections) {
        int before = rig.proxy.accepted.get();
        await().until(() -> rig.proxy.cut() > 0);
        await().until(() -> rig.proxy.accepted.get() >= before + connections);
    }

    @ParameterizedTest
    @CsvSource({"confirmed,all", "late,all", "twice,all", "silent,all", "silent,detached"})
    void case43And46WhatTheAgentSaysDuringAnOutageComesOnceAndInOrder(String handshake, String replay)
            throws Exception {
        String session = start(new EmulatorConfig.Shells(handshake, replay));
        int prompt = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        cut(1);
        rig.assertOk(rig.prompt(session, "flood", "n", 200));
        cut(1);
        rig.assertOk(rig.prompt(session, "release"));
        assertThat(rig.result(prompt).getString("stopReason")).isEqualTo("end_turn");
        List<String> expected = new ArrayList<>(List.of("stalling"));
        IntStream.range(0, 200).forEach(i -> expected.add(i + " "));
        assertThat(rig.updates()).isEqualTo(expected);
    }

    /** Three times what the service keeps, with lines larger than that, and nobody there. */
    @Test
    void case44WhatTheServiceHasNotKeptIsFetchedFromInsideTheMachine() throws Exception {
        String session = start(USUAL);
        int stalled = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        int flood = floodUnheard(session);
        rig.assertOk(flood);
        assertThat(rig.updates().stream().filter(text -> text.endsWith("p")).map(String::length))
                .containsExactly(300_002, 300_002, 300_002);
        rig.assertOk(rig.prompt(session, "release"));
        rig.assertOk(stalled);
        assertThat(rig.meter.toString()).doesNotContain("lost_output").contains("reconnects=1");
    }

    /** The same where it is not to be had there either. */
    @Test
    void case44OutputThatIsLostFailsWhatWaitsForItAndSaysSo() throws Exception {
        String session = start(USUAL);
        int stalled = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        rig.assertOk(rig.prompt(session, "forget"));
        int flood = floodUnheard(session);
        assertThat(rig.error(flood).getJsonObject("data").getString("reason")).isEqualTo("output_lost");
        assertThat(rig.error(stalled).getJsonObject("data").getString("reason")).isEqualTo("output_lost");
        rig.assertOk(rig.prompt(session, "release"));
        assertThat(rig.received.stream().filter(line -> line.contains("\"id\":" + stalled + ","))).hasSize(1);
        assertThat(rig.meter.toString()).contains("dropped.lost_output=");
    }

    private int floodUnheard(String session) {
        int flood = rig.prompt(session, "later", "n", 3, "pad", "p".repeat(300_000), "file", rig.mark().toString());
        rig.awaitUpdate("later");
        rig.proxy.refusing = true;
        rig.proxy.cut();
        await().until(() -> Files.exists(rig.mark()));
        rig.proxy.refusing = false;
        return flood;
    }

    @Test
    void case45APromptThatIsCutIsRunOnceAtMost() throws Exception {
        String session = start(USUAL);
        for (int i = 0; i < 3; i++) {
            String pad = "x".repeat(3_000_000);
            int prompt = rig.prompt(session, "hash", "key", "k" + i, "pad", pad);
            int delay = 60 + 170 * i;
            await().pollDelay(delay, TimeUnit.MILLISECONDS).until(() -> true);
            rig.proxy.cut();
            JsonObject answer = rig.answer(prompt);
            int runs = rig.result(rig.prompt(session, "runs", "of", "k" + i)).getInteger("runs");
            assertThat(runs).isEqualTo(answer.containsKey("result") ? 1 : 0);
            assertThat(answer.containsKey("result")).as(answer.encode()).isTrue();
        }
    }

    @Test
    void case47WhatIsSaidDuringAnOutageWaitsToABound() throws Exception {
        rig = new AcpRig(service(USUAL));
        rig.start(new AcpOptions(rig.agent(dir), false, "", true, false, 1_000_000, AcpRig.TIMES,
                AcpOptions.Permissions.ASK));
        String session = rig.session();
        rig.proxy.refusing = true;
        rig.proxy.cut();
        List<Integer> prompts = IntStream.range(0, 12)
                .mapToObj(i -> rig.prompt(session, "hash", "pad", "y".repeat(100_000))).toList();
        await().until(() -> rig.pauses.get() == 1);
        rig.proxy.refusing = false;
        prompts.forEach(rig::assertOk);
        assertThat(rig.pauses).hasValue(0);
        assertThat(answered(prompts)).isEqualTo(prompts);
    }

    /** What a client says after that, a cancel, too, waits in its place. */
    @Test
    void case60AnAgentThatDoesNotListenHoldsTheClientUpAndLosesNothing() throws Exception {
        rig = new AcpRig(service(USUAL));
        rig.start(new AcpOptions(rig.agent(dir), false, "", true, false, 1_000_000, AcpRig.TIMES,
                AcpOptions.Permissions.ASK));
        String session = rig.session();
        int stalled = rig.prompt(session, "stall");
        rig.prompt(session, "deaf", "file", rig.mark().toString());
        rig.awaitUpdate("deaf");
        List<Integer> prompts = IntStream.range(0, 30)
                .mapToObj(i -> rig.prompt(session, "hash", "pad", "y".repeat(100_000))).toList();
        rig.cancel(session);
        await().until(() -> rig.pauses.get() == 1);
        assertThat(rig.isAnswered(prompts.getFirst())).isFalse();
        Files.createFile(rig.mark());
        rig.assertOk(stalled);
        List<Integer> all = new ArrayList<>(prompts);
        all.add(stalled);
        assertThat(answered(all)).as("the cancelled one last").isEqualTo(all);
        assertThat(rig.pauses).hasValue(0);
    }

    /** Nor is it taken for one that is gone because it does not answer after a reconnection. */
    @Test
    void case46AnAgentThatDoesNotListenIsWaitedForAndNotReplaced() throws Exception {
        rig = new AcpRig(service(USUAL));
        AcpOptions.Times d = AcpRig.TIMES;
        rig.start(new AcpOptions(rig.agent(dir), false, "", true, false, AcpOptions.MAX_LINE,
                new AcpOptions.Times(d.start(), Duration.ofMillis(100), d.cancelWarn(), d.cancelAct(), d.drain(),
                        d.restore(), d.end()),
                AcpOptions.Permissions.ASK));
        String session = rig.session();
        int deaf = rig.prompt(session, "deaf", "key", "d", "file", rig.mark().toString());
        rig.awaitUpdate("deaf");
        cut(2); // one of them is for the errand that finds out
        await().pollDelay(400, TimeUnit.MILLISECONDS).until(() -> true);
        Files.createFile(rig.mark());
        rig.assertOk(deaf);
        assertThat(rig.result(rig.prompt(session, "runs", "of", "d")).getInteger("runs")).isEqualTo(1);
    }

    private List<Integer> answered(List<Integer> ids) {
        return rig.received.stream().map(JsonObject::new).filter(line -> line.getValue("id") instanceof Integer id
                && ids.contains(id)).map(line -> line.getInteger("id")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"resume", "load", "nothing"})
    void case48AMachineThatIsGoneIsReplacedAndSessionsRestoredWhereTheyCanBe(String restore) throws Exception {
        String session = start(new EmulatorConfig.Shells(restore.equals("load") ? "silent" : "confirmed", REPLAY),
                "RESTORE=" + restore);
        int stalled = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        int answered = rig.received.size();
        AcpRig.get(rig.shells.stop(rig.address.session()));
        assertThat(rig.error(stalled).getJsonObject("data").getString("reason")).isEqualTo("session_lost");
        int next = rig.prompt(session, "hash");
        if (restore.equals("nothing")) {
            assertThat(rig.answer(next).toString()).satisfiesAnyOf(
                    text -> assertThat(text).contains("context_lost"), text -> assertThat(text).contains("sha"));
            await().until(() -> rig.error(rig.prompt(session, "hash")).getJsonObject("data") != null);
            assertThat(rig.error(rig.prompt(session, "hash")).getJsonObject("data").getString("reason"))
                    .isEqualTo("context_lost");
            rig.assertOk(rig.ask("session/new", new JsonObject()));
        } else {
            rig.assertOk(next);
            assertThat(rig.received).hasSize(answered + 2).noneMatch(line -> line.contains("weir-"));
            assertThat(rig.updates()).containsExactly("stalling");
            assertThat(rig.result(rig.prompt(session, "env")).getString("cwd")).isEqualTo("/laptop");
        }
    }

    @Test
    void case50TheWayBackIsNotFoundForEver() throws Exception {
        rig = new AcpRig(service(USUAL));
        rig.shells = service(USUAL).shells(Duration.ofMillis(400));
        rig.start(AcpRig.options(rig.agent(dir)));
        int stalled = rig.prompt(rig.session(), "stall");
        rig.awaitUpdate("stalling");
        rig.proxy.refusing = true;
        rig.proxy.cut();
        assertThat(rig.error(stalled).getInteger("code")).isEqualTo(-32603);
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class)
                .satisfies(failure -> assertThat(((ProblemException) failure.getCause()).problem())
                        .as("exit code 8").isInstanceOf(Problem.Unavailable.class));
    }

    @Test
    void case51AShellThatIsTakenOverIsNotFoughtFor() throws Exception {
        String session = start(USUAL);
        int stalled = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        rig.shells.open(rig.address, new Nobody());
        assertThat(rig.error(stalled).getString("message")).contains("another client");
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class)
                .satisfies(failure -> assertThat(((ProblemException) failure.getCause()).problem())
                        .isInstanceOf(Problem.Conflict.class));
    }

    @Test
    void aThreadsShellIsTakenFromAnEarlierBridgeThatLeftAnAgentInIt() throws Exception {
        rig = new AcpRig(service(USUAL), ShellAddress.ofThread("slack:1"));
        String command = rig.agent(dir);
        rig.start(new AcpOptions(command, false, "", true, true, AcpOptions.MAX_LINE, AcpRig.TIMES,
                AcpOptions.Permissions.ASK));
        rig.session();
        rig.received.clear();
        rig.start(new AcpOptions(command, false, "", true, true, AcpOptions.MAX_LINE, AcpRig.TIMES,
                AcpOptions.Permissions.ASK));
        rig.assertOk(rig.prompt(rig.session(), "hash"));
    }

    /** Takes a shell and does nothing with it. */
    private static final class Nobody implements ShellListener {
        @Override
        public void attached(ShellAddress address, boolean again) {
            // that is all
        }

        @Override
        public void output(Buffer bytes) {
            // not of interest
        }

        @Override
        public void detached(String why) {
            // comes back by itself
        }

        @Override
        public void ended(ShellEnd end) {
            // with the rig
        }
    }
}
