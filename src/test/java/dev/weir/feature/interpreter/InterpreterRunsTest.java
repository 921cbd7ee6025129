package dev.weir.feature.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.feature.interpreter.dispatch.SkillDispatcher;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolSettings;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.FileBox;
import dev.weir.fixture.MemoryDispatchAudits;
import dev.weir.fixture.MemoryPackageStore;
import dev.weir.fixture.MemorySandboxStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.StageRef;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Executions in this process, seen by the run engine's side of the connection. */
class InterpreterRunsTest {
    private static final String SESSION = "weir-run_1-1";
    private static final ToolCall PRINT = ToolCall.ExecuteCode.python("print(1)");

    private final FileBox box = new FileBox();
    private final MemorySandboxStore sandboxes = new MemorySandboxStore();
    private final Interpreters interpreters = new Interpreters(Map.of("default-public", box), "default-public");
    private final InterpreterRuns runs = InterpreterRuns.over(interpreters, sandboxes,
            new InterpreterRuns.Dispatching(new MemorySkillCatalog(), new MemoryPackageStore(Path.of("none")),
                    new SkillDispatcher(new InterpreterPool(interpreters::of, PoolSettings.DEFAULT, System::nanoTime,
                            _ -> {}), System::nanoTime),
                    new MemoryDispatchAudits(InstantSource.system())),
            new Offload(task -> Thread.ofVirtual().start(task)));

    @Test
    void nothingIsDoneBeforeTheRunIsBoundToTheSession() {
        Peer peer = connect(run(PRINT, Optional.empty(), Optional.empty()));
        assertThat(peer.boot()).startsWith("lent/default-public/session1/");
        assertThat(box.calls()).isEmpty();
        peer.say(attach(0));
        await().until(() -> peer.events().size() == 2);
        assertThat(peer.events()).element(0).isEqualTo(new Output("stdout", "code print(1)"));
        assertThat(peer.events()).element(1).isInstanceOfSatisfying(Succeeded.class, done -> {
            assertThat(done.output().path("stdout").asText()).isEqualTo("code print(1)");
            assertThat(done.output().path("exit_code").asInt()).isZero();
        });
        assertThat(box.sessions()).as("a session of its own ends with it").isEmpty();
    }

    @Test
    void whoeverConnectsAgainGetsWhatWasNotAcknowledged() {
        Run run = run(PRINT, Optional.empty(), Optional.empty());
        Peer first = connect(run);
        first.say(attach(0));
        await().until(() -> first.events().size() == 2);
        first.say(new Ack(1));
        first.socket.close();
        Peer second = connect(run.boundTo(first.boot(), Instant.now()));
        assertThat(second.boot()).isEqualTo(first.boot());
        second.say(attach(1));
        await().until(() -> second.events().size() == 1);
        assertThat(second.events()).isEqualTo(first.events().subList(1, 2));
        assertThat(box.calls()).hasSize(1);
    }

    @Test
    void aNewerClaimIsToldAndTheOlderOneIsNot() {
        Run run = run(FileBox.WAIT, Optional.empty(), Optional.empty());
        Peer old = connect(run);
        old.say(attach(0));
        await().until(() -> box.calls().size() == 1);
        Peer newer = connect(run.boundTo(old.boot(), Instant.now()));
        newer.say(new Attach("run_1", 1, 2, 0, "", Optional.empty()));
        old.say(new Cancel());
        old.socket.close();
        Peer late = connect(run.boundTo(old.boot(), Instant.now()));
        late.say(attach(0));
        assertThat(late.frames).hasAtLeastOneElementOfType(RunnerFrame.Refused.class);
        assertThat(newer.events()).isEmpty();
        newer.say(new Cancel());
        await().until(() -> newer.events().contains(new Cancelled()));
        assertThat(late.events()).isEmpty();
    }

    @Test
    void aRunThatIsBoundToAnotherGatewaysExecutionIsNotExecutedHere() {
        Run bound = run(PRINT, Optional.empty(), Optional.of("lent/default-public/session9/0"));
        Peer peer = connect(bound);
        assertThat(peer.boot()).startsWith("gone-");
        assertThat(box.calls()).isEmpty();
    }

    @Test
    void whateverGatewayStopsARunEndsTheSandboxThatWasLentToIt() {
        String lent = Answers.of(box.start(Optional.empty(), Duration.ofMinutes(1))).id();
        String held = Answers.of(box.start(Optional.empty(), Duration.ofMinutes(1))).id();
        for (String boot : List.of("lent/default-public/" + lent + "/0", "held/default-public/" + held + "/0",
                "lent/elsewhere/x/0", "none-x")) {
            Answers.of(runs.of(run(PRINT, Optional.empty(), Optional.of(boot))).stop(SESSION));
        }
        assertThat(box.sessions()).containsExactly(held);
    }

    @Test
    void aCancelledRunOfItsOwnEndsItsSessionAndOneOfAUsersDoesNot() {
        Peer alone = connect(run(FileBox.WAIT, Optional.empty(), Optional.empty()));
        alone.say(attach(0));
        await().until(() -> box.calls().size() == 1);
        alone.say(new Cancel());
        await().until(() -> alone.events().contains(new Cancelled()));
        await().until(() -> box.sessions().isEmpty());
        Answers.of(runs.of(run(FileBox.WAIT, Optional.empty(), Optional.empty())).stop(SESSION));

        String session = Answers.of(box.start(Optional.empty(), Duration.ofMinutes(1))).id();
        Sandbox sandbox = new Sandbox("sbx_1", Samples.TENANT, "ada", "mine", "default-public", Optional.of(session),
                Instant.now(), Instant.now().plusSeconds(60));
        Answers.of(sandboxes.add(sandbox, 9, Instant.now()));
        Peer held = connect(run(FileBox.WAIT, Optional.of("sbx_1"), Optional.empty()));
        assertThat(held.boot()).startsWith("held/");
        held.say(attach(0));
        await().until(() -> box.calls().size() == 2);
        held.say(new Cancel());
        await().until(() -> held.events().contains(new Cancelled()));
        assertThat(box.sessions()).containsExactly(session);
    }

    @Test
    void anotherUsersSessionIsNotThere() {
        Sandbox foreign = new Sandbox("sbx_1", Samples.TENANT, "eve", "hers", "default-public", Optional.of("s"),
                Instant.now(), Instant.now().plusSeconds(60));
        Answers.of(sandboxes.add(foreign, 9, Instant.now()));
        Peer peer = connect(run(PRINT, Optional.of("sbx_1"), Optional.empty()));
        peer.say(attach(0));
        await().until(() -> peer.events().size() == 1);
        assertThat(peer.events()).first().isInstanceOf(RunnerFrame.Failed.class);
        assertThat(box.calls()).isEmpty();
    }

    @Test
    void aSessionThatCannotBeStartedIsTriedAgainByTheNextConnection() {
        box.isFull = true;
        Run run = run(PRINT, Optional.empty(), Optional.empty());
        assertThat(Answers.problemOf(runs.of(run).open(SESSION))).isInstanceOf(Problem.Unavailable.class);
        box.isFull = false;
        Peer peer = connect(run);
        peer.say(attach(0));
        await().until(() -> peer.events().size() == 2);
    }

    private Peer connect(Run run) {
        Peer peer = new Peer(Answers.of(runs.of(run).open(SESSION)));
        peer.socket.listen(peer::hear, _ -> {});
        return peer;
    }

    private static Attach attach(long after) {
        return new Attach("run_1", 1, 1, after, "", Optional.of(
                new Start("", "", JsonNodeFactory.instance.objectNode(), Map.of(), 1_000, 1_000)));
    }

    private static Run run(ToolCall call, Optional<String> sandbox, Optional<String> boundTo) {
        StageRef stage = new StageRef(Samples.TENANT, Sandboxes.SKILL, "default-public");
        RunOrder order = new RunOrder(RunKind.CODE, stage, "1", "api", "ada",
                new CodeOrder(sandbox, "default-public", call).json(), Duration.ofSeconds(20), 1, Line.SHORT,
                Instant.now());
        return new Run(new RunId("run_1"), order, RunStatus.RUNNING, 1,
                new Run.Claim(1, Instant.MAX, boundTo, Optional.empty()), Optional.empty(), Optional.of(Instant.now()),
                List.of(), Optional.empty());
    }

    /** The run engine's end of a connection. */
    private static final class Peer {
        private final AgentSocket socket;
        private final Parts parts = new Parts();
        private final List<RunnerFrame> frames = new CopyOnWriteArrayList<>();

        Peer(AgentSocket socket) {
            this.socket = socket;
        }

        void hear(String message) {
            parts.join(message).map(FrameCodec::decodeRunnerFrame).ifPresent(frames::add);
        }

        void say(GatewayFrame frame) {
            Parts.split(FrameCodec.encode(frame)).forEach(part -> Answers.of(socket.send(part)));
        }

        String boot() {
            return frames.stream().filter(Hello.class::isInstance).map(frame -> ((Hello) frame).boot()).findFirst()
                    .orElseThrow();
        }

        List<Event> events() {
            assertThat(frames).noneMatch(frame -> frame instanceof Attached attached && !attached.known());
            List<Event> events = new ArrayList<>();
            frames.stream().filter(Events.class::isInstance).forEach(frame -> events.addAll(((Events) frame).events()));
            return events;
        }
    }
}
