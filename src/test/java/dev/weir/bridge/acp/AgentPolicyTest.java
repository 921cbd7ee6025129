package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts that fail, policies, versions and figures: the cases of the test list by their numbers. */
class AgentPolicyTest {
    @TempDir
    static Path dir;
    private static AcpService service;
    private AcpRig rig;

    @BeforeAll
    static void open() throws Exception {
        service = new AcpService(dir);
    }

    @AfterAll
    static void shut() throws Exception {
        service.close();
    }

    @BeforeEach
    void begin() {
        rig = new AcpRig(service);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String start(String... environment) throws Exception {
        rig.start(AcpRig.options(rig.agent(dir, environment)));
        return rig.session();
    }

    private static AcpOptions.Times times(Duration start, Duration restore) {
        AcpOptions.Times d = AcpRig.TIMES;
        return new AcpOptions.Times(start, d.probe(), d.cancelWarn(), d.cancelAct(), d.drain(), restore, d.end());
    }

    @Test
    void case05AStartThatIsNotSeenIsToldWithWhatWasSeenInstead() {
        rig.shells = new ScriptedShells(rig.vertx, listener -> {
            listener.attached(rig.address, false);
            listener.output(
                    Buffer.buffer("x".repeat(100_000) + "\u001b[?2004h\u001b[31mpanic\u001b[0m: no\u0007 shell\r\n"));
        });
        rig.start(AcpRig.options("agent", times(Duration.ofMillis(200), Duration.ofSeconds(1)),
                AcpOptions.Permissions.ASK));
        String message = rig.error(rig.ask("initialize", new JsonObject())).getString("message");
        assertThat(message).contains("the agent's start was not seen", "panic: no  shell").matches("[ -~]*")
                .hasSizeLessThan(5000);
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class);
    }

    static Stream<Problem> refusals() {
        return Stream.of(new Problem.Forbidden("AgentCore does not allow it (403)"),
                new Problem.NotFound("agent runtime, or endpoint of it, in this account and region", ""),
                new Problem.QuotaExceeded("AgentCore has no room for another call or shell now (429)",
                        Duration.ofSeconds(1), ""),
                new Problem.Unavailable("the runtime failed or has no room for another shell (424)",
                        Duration.ofSeconds(1), ""));
    }

    /** That only some are tried again is tested where the trying is: ReattachingShellTest.case08. */
    @ParameterizedTest
    @MethodSource("refusals")
    void case08ARefusalIsTheAnswerToWhatWaits(Problem refusal) {
        rig.shells = new ScriptedShells(rig.vertx, listener -> listener.ended(new ShellEnd.Unreachable(refusal)));
        rig.start(AcpRig.options("agent"));
        int id = rig.ask("initialize", new JsonObject());
        assertThat(rig.error(id).getString("message")).isEqualTo(refusal.detail());
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class)
                .satisfies(failure -> assertThat(((ProblemException) failure.getCause()).problem()).isEqualTo(refusal));
    }

    static Stream<Arguments> options() {
        String all = "reject_always,allow_always,reject_once,allow_once";
        return Stream.of(Arguments.of("AUTO", all, "allow_once"),
                Arguments.of("AUTO", "reject_once,allow_always", "allow_always"),
                Arguments.of("AUTO", "reject_once,odd", "cancelled"), Arguments.of("AUTO", "", "cancelled"),
                Arguments.of("DENY", all, "reject_once"), Arguments.of("DENY", "allow_once,reject_always",
                        "reject_always"),
                Arguments.of("DENY", "allow_once", "cancelled"));
    }

    @Test
    void case32APolicyTakesOneOfTheOptionsOffered() throws Exception {
        for (AcpOptions.Permissions policy : List.of(AcpOptions.Permissions.AUTO, AcpOptions.Permissions.DENY)) {
            AcpRig each = new AcpRig(service);
            each.start(AcpRig.options(each.agent(dir), AcpRig.TIMES, policy));
            String session = each.session();
            for (Arguments one : options().filter(one -> one.get()[0].equals(policy.name())).toList()) {
                JsonArray offered = new JsonArray();
                Stream.of(((String) one.get()[1]).split(",")).filter(kind -> !kind.isEmpty()).forEach(kind -> offered
                        .add(new JsonObject().put("optionId", "id of " + kind).put("name", "?").put("kind", kind)));
                JsonObject outcome = each.result(each.prompt(session, "ask", "options", offered))
                        .getJsonObject("answer").getJsonObject("outcome");
                String expected = (String) one.get()[2];
                assertThat(outcome).as(policy + " of " + one.get()[1]).isEqualTo(expected.equals("cancelled")
                        ? new JsonObject().put("outcome", "cancelled")
                        : new JsonObject().put("outcome", "selected").put("optionId", "id of " + expected));
            }
            assertThat(each.received).noneMatch(line -> line.contains(Permissions.METHOD));
            each.close();
        }
    }

    @Test
    void case32AndATurnThatWasCancelledPermitsNothing() throws Exception {
        rig.start(AcpRig.options(rig.agent(dir), AcpRig.TIMES, AcpOptions.Permissions.AUTO));
        String session = rig.session();
        int stalled = rig.prompt(session, "ignore");
        rig.awaitUpdate("ignoring");
        rig.cancel(session);
        JsonObject answer = rig.result(rig.prompt(session, "ask")).getJsonObject("answer");
        assertThat(answer.getJsonObject("outcome").getString("outcome")).isEqualTo("cancelled");
        assertThat(rig.isAnswered(stalled)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2"})
    void case35TheVersionIsTheAgentsAndNoAnswerIsTakenForTheEndOfATurn(int speaks, int agreed) throws Exception {
        rig.start(AcpRig.options(rig.agent(dir, "SPEAKS=" + speaks)));
        assertThat(rig.result(rig.ask("initialize", new JsonObject().put("protocolVersion", 2)))
                .getInteger("protocolVersion")).isEqualTo(agreed);
        String session = rig.result(rig.ask("session/new", new JsonObject())).getString("sessionId");
        rig.assertOk(rig.prompt(session, "receipt"));
        rig.awaitUpdate("after the receipt");
        rig.cancel(session);
        rig.awaitUpdate("cancelling");
        rig.assertOk(rig.prompt(session, "hash"));
    }

    @Test
    void case41WithdrawingARequestPassesBothWays() throws Exception {
        String session = start();
        int stalled = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        rig.say("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancel_request\",\"params\":{\"requestId\":" + stalled + "}}");
        assertThat(rig.error(stalled).getInteger("code")).isEqualTo(-32800);
        int prompt = rig.prompt(session, "withdraw");
        await().until(() -> rig.received.contains(
                "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancel_request\",\"params\":{\"requestId\":0}}"));
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32800,\"message\":\"Request cancelled\"}}");
        assertThat(rig.result(prompt).getJsonObject("error").getInteger("code")).isEqualTo(-32800);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void case42NoCancelTypesAnInterrupt(boolean stop) throws Exception {
        TappedShells tapped = new TappedShells(service.shells);
        rig.shells = tapped;
        rig.start(new AcpOptions(rig.agent(dir, "RESTORE=resume"), stop, "", true, false, AcpOptions.MAX_LINE,
                AcpRig.TIMES, AcpOptions.Permissions.ASK));
        String session = rig.session();
        int heeded = rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        rig.cancel(session);
        rig.assertOk(heeded);
        int asking = rig.prompt(session, "ask");
        rig.awaitMessage(Permissions.METHOD);
        rig.cancel(session);
        rig.assertOk(asking);
        int ignored = rig.prompt(session, "ignore");
        rig.awaitUpdate("ignoring");
        rig.cancel(session);
        if (stop) {
            rig.assertOk(ignored);
        }
        rig.assertOk(rig.prompt(session, "hash"));
        rig.bridge.interrupt();
        AcpRig.get(rig.done);
        assertThat(tapped.typed()).hasSizeGreaterThan(5);
        assertThat(tapped.has(3)).isFalse();
    }

    @Test
    void case49AHistoryWithoutEndIsGivenUpAndTheBridgeGoesOn() throws Exception {
        rig.start(AcpRig.options(rig.agent(dir, "RESTORE=never"), times(Duration.ofSeconds(15), Duration.ofMillis(500)),
                AcpOptions.Permissions.ASK));
        String session = rig.session();
        AcpRig.get(rig.shells.stop(rig.address.session()));
        await().until(() -> rig.answer(rig.prompt(session, "hash")).encode().contains("context_lost"));
        String another = rig.result(rig.ask("session/new", new JsonObject())).getString("sessionId");
        rig.assertOk(rig.prompt(another, "hash"));
        assertThat(rig.updates()).isEmpty();
    }

    @Test
    void case61ManySmallUpdatesAllComeInOrder() throws Exception {
        String session = start();
        rig.assertOk(rig.prompt(session, "flood", "n", 20_000));
        List<String> updates = rig.updates();
        assertThat(updates).hasSize(20_000);
        for (int i = 0; i < updates.size(); i++) {
            assertThat(updates.get(i)).isEqualTo(i + " ");
        }
    }

    /** What a log holds is tested with the whole process: BridgeProcessIT. */
    @Test
    void case62FiguresAreKept() throws Exception {
        String session = start();
        rig.assertOk(rig.prompt(session, "noise"));
        rig.say("no json");
        rig.prompt(session, "stall");
        rig.awaitUpdate("stalling");
        await().until(() -> rig.proxy.cut() > 0);
        rig.assertOk(rig.prompt(session, "release"));
        assertThat(rig.meter.toString()).contains("from_client=6", "from_agent=", "to_agent=5", "to_client=7",
                "dropped.noise=", "dropped.bad_input=1", "dropped.stray_answer=2", "reconnects=1", "turns=3",
                "pending=0", "most_pending=2").doesNotContain(session, "ready_ms=0");
    }

    @Test
    void case62FiguresForAnOperator() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AcpMeters meters = new AcpMeters(registry, "kiro");
        meters.line(BridgeMeter.Lane.TO_AGENT);
        meters.dropped("noise", 3);
        meters.reconnected();
        meters.ready(Duration.ofSeconds(2));
        meters.turn(Duration.ofSeconds(3));
        meters.pending(2);
        meters.pending(-1);
        meters.ended();
        assertThat(registry.get(AcpMeters.LINES).tag("agent", "kiro").tag("lane", "to_agent").counter().count())
                .isEqualTo(1);
        assertThat(registry.get(AcpMeters.DROPPED).tag("kind", "noise").counter().count()).isEqualTo(3);
        assertThat(registry.get(AcpMeters.RECONNECTS).counter().count()).isEqualTo(1);
        assertThat(registry.get(AcpMeters.READY).timer().count()).isEqualTo(1);
        assertThat(registry.get(AcpMeters.TURN).timer().count()).isEqualTo(1);
        assertThat(registry.get(AcpMeters.PENDING).gauge().value()).isEqualTo(1);
    }
}
