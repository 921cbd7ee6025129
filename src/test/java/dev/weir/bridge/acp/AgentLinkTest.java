package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a bridge makes of an agent that is silent, busy, in somebody else's shell, or gone. */
class AgentLinkTest {
    private static final AcpOptions.Times TIMES = new AcpOptions.Times(Duration.ofMillis(400), Duration.ofMillis(50),
            Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMillis(300),
            Duration.ofMillis(100));

    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final FakeMachine machine = new FakeMachine(context);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private AgentBridge bridge;
    private Future<Void> done;

    @AfterEach
    void close() throws Exception {
        AcpRig.get(vertx.close());
    }

    private void connect(boolean shared) {
        bridge = new AgentBridge(context, machine, new AcpOptions("agent", false, "", true, shared, AcpOptions.MAX_LINE,
                TIMES, AcpOptions.Permissions.ASK), RandomGenerator.of("L64X128MixRandom"), new Client() {
                    @Override
                    public Future<Void> send(byte[] message) {
                        received.add(new String(message, StandardCharsets.UTF_8));
                        return Future.succeededFuture();
                    }

                    @Override
                    public void pause() {
                        // says little
                    }

                    @Override
                    public void resume() {
                        // says little
                    }
                }, new BridgeSummary());
        done = bridge.start(ShellAddress.ofThread("test:1"));
    }

    private void start(boolean shared) {
        connect(shared);
        say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":1}}");
        awaitAnswer(1);
        say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session/new\",\"params\":{\"cwd\":\"/\"}}");
        awaitAnswer(2);
    }

    private void say(String line) {
        bridge.received(line.getBytes(StandardCharsets.UTF_8), true);
    }

    private void prompt(int id, String text) {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"session/prompt\",\"params\":{\"sessionId\":\"S\",\"t\":\""
                + text + "\"}}");
    }

    private boolean isAnswered(int id) {
        return received.stream().anyMatch(line -> line.contains("\"id\":" + id + ","));
    }

    private String awaitAnswer(int id) {
        await().until(() -> isAnswered(id));
        return received.stream().filter(line -> line.contains("\"id\":" + id + ",")).findFirst().orElseThrow();
    }

    private long got(String word) {
        return machine.agentGot.stream().filter(line -> line.contains(word)).count();
    }

    private static boolean isLook(String errand) {
        return errand.contains("echo gone");
    }

    @Test
    void anAgentThatDoesNotAnswerAProbeIsFoundByItsProcessAndSpokenTo() {
        start(false);
        prompt(10, "slow");
        await().until(() -> got("slow") == 1);
        machine.answersProbes = false;
        machine.cut();
        machine.again();
        prompt(11, "quick");
        assertThat(awaitAnswer(11)).contains("end_turn");
        assertThat(isAnswered(10)).isFalse();
        assertThat(machine.launches()).isEqualTo(1);
        assertThat(machine.terminated()).isZero();
    }

    @Test
    void anAgentThatDoesNotEvenReadIsWaitedForAsLongAsItLives() {
        start(false);
        machine.reads = false;
        machine.cut();
        machine.again();
        await().until(() -> machine.errands.stream().filter(AgentLinkTest::isLook).count() > 5);
        assertThat(machine.launches()).isEqualTo(1);
        assertThat(machine.terminated()).isZero();
        machine.reads = true;
        machine.cut();
        machine.again();
        prompt(11, "quick");
        assertThat(awaitAnswer(11)).contains("end_turn");
    }

    @Test
    void anAgentThatHasEndedUnheardIsToldWithItsCodeAndItsWords() {
        start(false);
        prompt(10, "slow");
        machine.reads = false;
        machine.state = "exit 9";
        machine.cut();
        machine.again();
        assertThat(awaitAnswer(10)).contains("exit code 9", "its last words");
    }

    @Test
    void anotherMachineThatHasNotShownAShellIsNotTypedInto() {
        start(false);
        prompt(10, "slow");
        await().until(() -> got("slow") == 1);
        machine.reads = false;
        machine.state = "gone";
        machine.cut();
        machine.again();
        assertThat(awaitAnswer(10)).contains("session_lost");
        await().until(() -> machine.opened.size() == 2);
        assertThat(machine.opened).doesNotHaveDuplicates();
        machine.reads = true;
        prompt(11, "quick");
        await().until(() -> machine.launches() == 2);
    }

    @Test
    void aRestorationThatIsCutIsOfNoConsequence() {
        start(false);
        machine.answersResume = false;
        machine.cut();
        machine.againElsewhere();
        await().until(() -> got("session/resume") == 1);
        machine.cut();
        machine.answersResume = true;
        machine.again(); // in the midst of a start, so it begins anew in another shell
        await().until(() -> machine.launches() == 3 && got("session/resume") == 2);
        prompt(10, "quick");
        assertThat(awaitAnswer(10)).contains("end_turn");
        await().pollDelay(TIMES.restore().plusMillis(200)).until(() -> true); // the first one's time is over
        prompt(11, "quick");
        assertThat(awaitAnswer(11)).contains("end_turn");
    }

    @Test
    void aThreadsShellIsAskedFirstWhetherItIsOne() {
        start(true);
        assertThat(machine.launches()).isEqualTo(1);
        assertThat(machine.terminated()).isZero();
    }

    @Test
    void aThreadsShellWithAnAgentInItIsEndedInOrderBeforeAnythingIsLaunched() {
        machine.agentIsThere = true;
        start(true);
        assertThat(machine.agentGot.getFirst()).contains("_weir/probe");
        assertThat(got("exec sh")).isZero();
        assertThat(machine.terminated()).isEqualTo(1);
        assertThat(machine.errands.getFirst()).contains("weir-*", "kill -TERM");
        assertThat(machine.opened).hasSize(2);
    }

    @Test
    void aShellThatIsTakenOverWhileItIsReplacedIsNotFoughtFor() {
        machine.agentIsThere = true;
        machine.lingers = true;
        connect(true);
        await().until(() -> machine.terminated() == 1);
        machine.end(new ShellEnd.TakenOver());
        await().until(() -> done.isComplete());
        assertThat(((ProblemException) done.cause()).problem()).isInstanceOf(Problem.Conflict.class);
        assertThat(machine.opened).hasSize(1);
    }

    @Test
    void whatWaitsForAnAnswerThatMayNotHaveArrivedIsCancelled() {
        start(false);
        prompt(10, "slow");
        machine.says("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"session/request_permission\",\"params\":"
                + "{\"sessionId\":\"S\",\"options\":[]}}");
        await().until(() -> received.stream().anyMatch(line -> line.contains("request_permission")));
        machine.reads = false;
        say("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"outcome\":{\"outcome\":\"cancelled\"}}}");
        machine.cut();
        machine.reads = true;
        machine.state = "?";
        machine.again();
        assertThat(awaitAnswer(10)).contains("delivery_unknown");
        await().until(() -> got("session/cancel") == 1);
    }
}
