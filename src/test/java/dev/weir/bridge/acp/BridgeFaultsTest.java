package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that flood, agents that heed nothing, lines that are too large, machines that go: nobody is left waiting, and nothing is left behind. */
class BridgeFaultsTest {
    private static final int LINE = 1000;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final FakeMachine machine = new FakeMachine(context);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final AtomicInteger pauses = new AtomicInteger();
    private volatile Future<Void> reads = Future.succeededFuture();
    private AgentBridge bridge;
    private Future<Void> done;

    @AfterEach
    void close() throws Exception {
        AcpRig.get(vertx.close());
    }

    private void connect(AgentShells shells, boolean shared, Duration end) {
        AcpOptions.Times times = new AcpOptions.Times(Duration.ofSeconds(10), Duration.ofMillis(50),
                Duration.ofMillis(100), Duration.ofMillis(200), LONG, Duration.ofSeconds(1), end);
        AgentShells stoppable = new AgentShells() {
            @Override
            public AgentShell open(ShellAddress address, ShellListener listener) {
                return shells.open(address, listener);
            }

            @Override
            public Future<Void> stop(String session) {
                stopped.add(session);
                return Future.succeededFuture();
            }
        };
        bridge = new AgentBridge(context, stoppable,
                new AcpOptions("agent", true, "", true, shared, LINE, times, AcpOptions.Permissions.ASK),
                RandomGenerator.of("L64X128MixRandom"), new Recorder(), new BridgeSummary());
        done = bridge.start(ShellAddress.ofThread("test:1"));
    }

    private final class Recorder implements Client {
        @Override
        public Future<Void> send(byte[] message) {
            received.add(new String(message, StandardCharsets.UTF_8));
            return reads;
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }

        @Override
        public void resume() {
            pauses.decrementAndGet();
        }
    }

    private void start(boolean shared) {
        connect(machine, shared, Duration.ofSeconds(5));
        ask(1, "initialize", new JsonObject().put("protocolVersion", 1));
        awaitAnswer(1);
        ask(2, "session/new", new JsonObject().put("cwd", "/"));
        awaitAnswer(2);
    }

    private void say(String line) {
        bridge.received(line.getBytes(StandardCharsets.UTF_8), true);
    }

    private void ask(int id, String method, JsonObject params) {
        say(new JsonObject().put("jsonrpc", "2.0").put("id", id).put("method", method).put("params", params).encode());
    }

    private void prompt(int id, String session, String text) {
        ask(id, "session/prompt", new JsonObject().put("sessionId", session).put("t", text));
    }

    private void cancel(String session) {
        say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
    }

    private boolean isAnswered(int id) {
        return received.stream().anyMatch(line -> isAnswer(line, id));
    }

    private static boolean isAnswer(String line, int id) {
        return line.contains("\"id\":" + id + ",") && !line.contains("\"method\":");
    }

    private String awaitAnswer(int id) {
        await().until(() -> isAnswered(id));
        return received.stream().filter(line -> isAnswer(line, id)).findFirst().orElseThrow();
    }

    private long got(String... words) {
        return machine.agentGot.stream().filter(line -> List.of(words).stream().allMatch(line::contains)).count();
    }

    /** The agent answers what it was asked last by that method. */
    private void answerLast(String method, String answer) {
        String request = machine.agentGot.stream().filter(line -> line.contains(method)).toList().getLast();
        Object id = new JsonObject(request).getValue("id");
        machine.says(
                "{\"jsonrpc\":\"2.0\",\"id\":" + (id instanceof String ? "\"" + id + "\"" : id) + "," + answer + "}");
    }

    private void reads(String id, String more) {
        machine.says("{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"fs/read_text_file\",\"params\":{\"sessionId\":\"S\",\"path\":\"" + more + "\"}}");
    }

    private void loseMachine() {
        machine.cut();
        machine.againElsewhere();
    }

    private void pass(Duration time) throws Exception {
        AcpRig.get(vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS).mapEmpty());
    }

    @Test
    void aCancelCountsFromWhenTheAgentHasIt() throws Exception {
        start(false);
        prompt(10, "S", "slow");
        await().until(() -> got("slow") == 1);
        machine.cut();
        cancel("S");
        pass(Duration.ofMillis(600));
        assertThat(stopped).isEmpty();
        machine.again();
        assertThat(awaitAnswer(10)).contains("\"stopReason\":\"cancelled\"");
        await().until(() -> stopped.size() == 1);
        assertThat(got("session/cancel")).isEqualTo(1);
    }

    @Test
    void aCancelOfWhatHasYetToBeAskedGoesToTheNextAgent() {
        start(false);
        machine.cut();
        prompt(10, "S", "slow");
        cancel("S");
        machine.againElsewhere();
        assertThat(awaitAnswer(10)).contains("\"stopReason\":\"cancelled\"");
        List<String> told = machine.agentGot.stream()
                .filter(line -> line.contains("session/prompt") || line.contains("session/cancel")).toList();
        assertThat(told).hasSize(2);
        assertThat(told.getLast()).contains("session/cancel");
    }

    @Test
    void whoIsBusyWhenAnotherOnesCancelEndsTheMachineIsToldWhy() {
        start(false);
        prompt(10, "S", "slow");
        prompt(11, "T", "slow");
        await().until(() -> got("slow") == 2);
        cancel("S");
        awaitAnswer(10);
        await().until(() -> stopped.size() == 1);
        loseMachine();
        assertThat(awaitAnswer(11)).contains("\"reason\":\"agent_stopped\"", "did not heed the cancel");
    }

    @Test
    void aCancelThatEndsTheLastRequestEndsAConversationWithoutAClient() throws Exception {
        start(false);
        prompt(10, "S", "slow");
        await().until(() -> got("slow") == 1);
        cancel("S");
        bridge.ended();
        AcpRig.get(done);
        assertThat(awaitAnswer(10)).contains("cancelled");
    }

    @Test
    void aLostSessionCanBeHadAgain() {
        start(false);
        machine.answersResume = false;
        loseMachine();
        prompt(10, "S", "quick");
        assertThat(awaitAnswer(10)).contains("context_lost");
        ask(11, "session/fork", new JsonObject().put("sessionId", "S"));
        assertThat(awaitAnswer(11)).contains("context_lost");
        ask(12, "session/resume", new JsonObject().put("sessionId", "S").put("cwd", "/"));
        await().until(() -> got("session/resume", "\"id\":12") == 1);
        answerLast("session/resume", "\"error\":{\"code\":-32603,\"message\":\"not yet\"}");
        awaitAnswer(12);
        prompt(13, "S", "quick");
        assertThat(awaitAnswer(13)).contains("context_lost");
        machine.answersResume = true;
        ask(14, "session/resume", new JsonObject().put("sessionId", "S").put("cwd", "/"));
        awaitAnswer(14);
        prompt(15, "S", "quick");
        assertThat(awaitAnswer(15)).contains("end_turn");
    }

    @Test
    void linesThatAreTooLargeAreAnsweredToWhoWaits() {
        start(false);
        prompt(7, "S", "slow");
        await().until(() -> got("slow") == 1);
        reads("7", "small");
        await().until(() -> received.stream().anyMatch(line -> line.contains("small")));
        bridge.received("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":\"xx".getBytes(StandardCharsets.UTF_8),
                false);
        await().until(() -> got("\"id\":7,\"error\"", "larger than") == 1);
        reads("7", "x".repeat(2 * LINE));
        await().until(() -> got("\"id\":7,\"error\"", "larger than") == 2);
        assertThat(isAnswered(7)).isFalse();
        say("{\"jsonrpc\":\"2.0\",\"id\":7}");
        await().until(() -> received.getLast().contains("\"id\":null,\"error\""));
        machine.says("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":\"" + "x".repeat(2 * LINE) + "\"}}");
        assertThat(awaitAnswer(7)).contains("\"reason\":\"oversize\"");
    }

    @Test
    void anAnswerThatIsNoneIsAnsweredToTheAgentAndOneToNobodyToNobody() {
        start(false);
        reads("70", "a");
        await().until(() -> received.getLast().contains("fs/read_text_file"));
        say("{\"jsonrpc\":\"2.0\",\"id\":70,\"result\":{},\"error\":{}}");
        await().until(() -> got("\"id\":70,\"error\"") == 1);
        int before = received.size();
        say("{\"jsonrpc\":\"2.0\",\"id\":71,\"result\":{},\"error\":{}}");
        prompt(10, "S", "quick");
        awaitAnswer(10);
        assertThat(received).hasSize(before + 1);
    }

    @Test
    void whatIsLostOfTheAgentsCancelsWhatFailsForIt() {
        start(false);
        prompt(10, "S", "slow");
        await().until(() -> got("slow") == 1);
        machine.says("{\"jsonrpc\":\"2.0\",\"result\":{\"content\":\"" + "x".repeat(6 * LINE) + "\"},\"id\":10}");
        assertThat(awaitAnswer(10)).contains("output_lost");
        await().until(() -> got("session/cancel", "\"S\"") == 1);
        prompt(10, "S", "quick");
        await().until(() -> received.getLast().contains("may still come"));
    }

    @Test
    void aRequestOfTheAgentsThatIsRefusedIsAnswered() {
        start(false);
        reads("70", "a");
        reads("70", "b");
        await().until(() -> got("\"id\":70,\"error\"") == 1);
        assertThat(received).noneMatch(line -> line.contains("\"b\""));
    }

    @Test
    void aClientThatIsHeldForAnswersToAnAgentThatIsGoneIsLetGo() {
        start(false);
        reads("70", "a");
        reads("71", "a");
        await().until(() -> received.getLast().contains("\"id\":71"));
        machine.cut();
        for (int id = 70; id < 72; id++) {
            say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":\"" + "x".repeat(600) + "\"}}");
        }
        await().until(() -> pauses.get() == 1);
        machine.againElsewhere();
        await().until(() -> pauses.get() == 0);
        prompt(10, "S", "quick");
        awaitAnswer(10);
    }

    @Test
    void aClientThatDoesNotReadIsNotReadEither() {
        start(false);
        Promise<Void> read = Promise.promise();
        reads = read.future();
        for (int i = 0; i < 50_000 && pauses.get() == 0; i++) {
            say("x");
        }
        await().until(() -> pauses.get() == 1 && received.size() > 10_000);
        context.runOnContext(v -> read.complete());
        await().until(() -> pauses.get() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasSetForASessionIsSetInTheNextAgentOrTheSessionIsLost(boolean takes) {
        start(false);
        ask(20, "authenticate", new JsonObject().put("methodId", "m"));
        await().until(() -> got("authenticate") == 1);
        answerLast("authenticate", "\"result\":{}");
        ask(21, "session/set_mode", new JsonObject().put("sessionId", "S").put("modeId", "plan"));
        await().until(() -> got("set_mode") == 1);
        answerLast("set_mode", "\"result\":{}");
        awaitAnswer(21);
        prompt(22, "stranger", "quick");
        awaitAnswer(22);
        machine.says("{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"S\",\"update\":"
                + "{\"sessionUpdate\":\"current_mode_update\",\"currentModeId\":\"code\"}}}");
        await().until(() -> received.getLast().contains("current_mode_update"));
        loseMachine();
        await().until(() -> got("authenticate") == 2);
        answerLast("authenticate", "\"result\":{}");
        await().until(() -> got("set_mode", "\"code\"") == 1);
        answerLast("set_mode", takes ? "\"result\":{}" : "\"error\":{\"code\":-32602,\"message\":\"no such mode\"}");
        prompt(23, "S", "quick");
        assertThat(awaitAnswer(23)).contains(takes ? "end_turn" : "context_lost");
        prompt(24, "stranger", "quick");
        assertThat(awaitAnswer(24)).contains("context_lost");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMicroVmThatNobodyElseKnowsIsEndedWithItsShellAlsoInAnOutage(boolean shared) throws Exception {
        start(shared);
        machine.cut();
        bridge.ended();
        AcpRig.get(done);
        assertThat(machine.terminated()).isEqualTo(1);
        assertThat(stopped).hasSize(shared ? 0 : 1);
    }

    @Test
    void theEndWaitsForTheShells() {
        machine.lingers = true;
        start(true);
        bridge.ended();
        await().until(() -> machine.terminated() > 0);
        assertThat(done.isComplete()).isFalse();
        machine.end(new ShellEnd.Left());
        await().until(done::isComplete);
    }

    @Test
    void whoIsToldToStopWaitsForNobodyForLong() throws Exception {
        machine.lingers = true;
        start(false);
        reads = Promise.<Void>promise().future();
        prompt(10, "S", "quick");
        awaitAnswer(10);
        bridge.quit();
        AcpRig.get(done);
        assertThat(machine.terminated()).isPositive();
        assertThat(stopped).hasSize(1);
    }

    @Test
    void aShellThatIsYetToBeReachedIsEndedWhenItIs() throws Exception {
        AtomicInteger terminated = new AtomicInteger();
        List<ShellListener> listeners = new CopyOnWriteArrayList<>();
        connect(new ScriptedShells(vertx, listeners::add, terminated), false, Duration.ofMinutes(1));
        await().until(() -> listeners.size() == 1);
        bridge.ended();
        pass(Duration.ofMillis(100));
        assertThat(terminated).hasValue(0);
        assertThat(done.isComplete()).isFalse();
        context.runOnContext(v -> listeners.getFirst().attached(ShellAddress.random(), false));
        AcpRig.get(done);
        assertThat(terminated).hasValue(1);
        assertThat(stopped).hasSize(1);
    }

    @Test
    void whoIsToldToStopBeforeTheBeginningEnds() throws Exception {
        connect(machine, false, Duration.ofSeconds(5));
        AgentBridge late = new AgentBridge(context, machine,
                new AcpOptions("agent", true, "", true, false, LINE, AcpRig.TIMES, AcpOptions.Permissions.ASK),
                RandomGenerator.of("L64X128MixRandom"), new Recorder(), new BridgeSummary());
        late.quit();
        AcpRig.get(late.start(ShellAddress.random()));
    }
}
