package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.fixture.ScriptedRuntime.Peer;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Refused;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The hand-shake, take-over, attempts, and every way a run is ended from outside, with the test in the microVM's place. */
class RunExecutorTest {
    private final ExecutionRig rig = new ExecutionRig(1);

    private static Events success(long n) {
        return new Events(n, List.of(new Succeeded(FrameCodec.tree(new Cancelled()))));
    }

    private static void finished(CompletableFuture<Void> done) throws Exception {
        done.get(20, TimeUnit.SECONDS);
    }

    private void assertLogged(int attempt, int upTo) {
        assertThat(rig.logged().stream().map(RunEvent::id).filter(id -> id.attempt() == attempt))
                .isEqualTo(IntStream.rangeClosed(1, upTo).mapToObj(n -> new EventId(attempt, n)).toList());
    }

    private void assertFailed(String kind) {
        assertThat(rig.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(rig.run().outcome().orElseThrow().error().orElseThrow().kind()).isEqualTo(kind);
    }

    private boolean isQueueEmpty() {
        return Answers.of(rig.queue.releaseAll()) == 0
                && Answers.of(rig.queue.lease(1, rig.clock.instant(), rig.clock.instant())).isEmpty();
    }

    @Test
    void theRunIsBoundToItsMicroVmBeforeItMayStart() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        assertThat(rig.run().claim().microVm()).isEmpty();
        peer.say(new Hello("boot-1"));
        Attach attach = peer.hear(Attach.class);
        assertThat(rig.run().claim().microVm()).contains("boot-1");
        assertThat(attach.after()).isZero();
        assertThat(attach.attempt()).isEqualTo(1);
        assertThat(attach.fence()).isEqualTo(1);
        assertThat(attach.start()).isPresent();
        peer.say(new Attached(true, 0)).say(ExecutionRig.outputs(1, 3)).say(success(4));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(rig.run().outcome().orElseThrow().eventId()).isEqualTo(new EventId(1, 5));
        assertLogged(1, 4);
        assertThat(peer.hear(Ack.class).n()).as("the result's number: the runner may forget all").isEqualTo(4);
        assertThat(peer.isClosed()).isTrue();
        assertThat(rig.runtime.stopped()).containsExactly("weir-" + rig.id + "-1");
        assertThat(isQueueEmpty()).isTrue();
    }

    /** As a crashed gateway leaves it: claimed, bound, {@code events} durable, and then silence. */
    private void orphan(String boot, int events) {
        Answers.of(rig.store.claim(rig.id, rig.clock.instant(), rig.clock.instant()));
        Answers.of(rig.store.bind(rig.id, 1, boot, List.of(), rig.clock.instant()));
        Answers.of(rig.log.append(rig.id, 1, Samples.events(1, 1, events)));
        rig.clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void theNextGatewayGoesOnInTheSameMicroVmAfterTheLastDurableEvent() throws Exception {
        orphan("boot-1", 5);
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        Attach attach = rig.attach(peer, "boot-1", 6);
        assertThat(attach.after()).as("runner's numbers are one lower").isEqualTo(4);
        assertThat(attach.fence()).isEqualTo(2);
        peer.say(ExecutionRig.outputs(5, 6)).say(success(7));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        assertLogged(1, 7);
    }

    @Test
    void aMicroVmThatNeverHeardOfTheRunMayStartItIfNothingElseHasRunThere() throws Exception {
        orphan("boot-1", 1);
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        assertThat(rig.attach(peer, "boot-1", 0).start()).isPresent();
        peer.say(success(1));
        finished(done);
        assertThat(rig.run().attempt()).isEqualTo(1);
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void anotherLifeOfTheMicroVmMeansTheRunIsLost() throws Exception {
        orphan("boot-1", 5);
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        peer.say(new Hello("boot-2"));
        finished(done);
        assertFailed("session_lost");
        assertThat(rig.run().outcome().orElseThrow().eventId()).isEqualTo(new EventId(1, 6));
        assertThat(peer.hasHeardAll()).as("it was never told to start").isTrue();
    }

    @Test
    void aRunThatMayIsExecutedAgainInAnotherSession() throws Exception {
        ExecutionRig twice = new ExecutionRig(2);
        CompletableFuture<Void> done = twice.execute(twice.executor);
        Peer first = twice.runtime.connection();
        twice.attach(first, "boot-1", 0);
        first.say(ExecutionRig.outputs(1, 2));
        twice.awaitLogged(new EventId(1, 3));
        first.cut(1006);
        twice.reconnected().say(new Hello("boot-2"));
        Peer second = twice.runtime.connection();
        Attach attach = twice.attach(second, "boot-2", 0);
        assertThat(attach.attempt()).isEqualTo(2);
        assertThat(attach.after()).isZero();
        second.say(success(1));
        finished(done);
        assertThat(twice.run().outcome().orElseThrow().eventId()).isEqualTo(new EventId(2, 2));
        assertThat(twice.logged()).extracting(event -> event.id().toString())
                .containsExactly("1-1", "1-2", "1-3", "2-1");
        assertThat(twice.runtime.opened().getLast()).endsWith("-2");
    }

    @Test
    void aRunCancelledBeforeItStartsIsNeverStarted() throws Exception {
        Answers.of(rig.store.requestCancel(rig.id, "ada"));
        finished(rig.execute(rig.executor));
        assertThat(rig.run().status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(rig.runtime.opened()).isEmpty();
    }

    private Peer running() throws InterruptedException {
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(ExecutionRig.outputs(1, 1));
        rig.awaitLogged(new EventId(1, 2));
        return peer;
    }

    @Test
    void theRunnerIsToldOfACancelAndSaysHowItEnded() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = running();
        Answers.of(rig.store.requestCancel(rig.id, "ada"));
        rig.executor.cancelHint(rig.id);
        peer.hear(Cancel.class);
        peer.say(new Events(2, List.of(new Cancelled())));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aRunnerThatIgnoresACancelIsStopped() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = running();
        Answers.of(rig.store.requestCancel(rig.id, "ada"));
        rig.executor.cancelHint(rig.id);
        peer.hear(Cancel.class);
        rig.advance(Duration.ofSeconds(36));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(rig.runtime.stopped()).hasSize(1);
    }

    @Test
    void aRunnerThatForgetsTheTimeoutIsStopped() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        running();
        rig.advance(Duration.ofSeconds(90 + 5 + 31));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.TIMED_OUT);
        assertThat(rig.run().outcome().orElseThrow().eventId()).isEqualTo(new EventId(1, 3));
        assertThat(rig.runtime.stopped()).hasSize(1);
    }

    /** Another gateway has claimed the run: from the log's answer on nothing of it is touched. */
    @Test
    void whoHasLostTheRunWritesNothingMore() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = running();
        Answers.of(rig.store.releaseAll());
        long fence = Answers.of(rig.store.claim(rig.id, rig.clock.instant(), rig.clock.instant().plusSeconds(15)))
                .orElseThrow().claim().fence();
        peer.say(ExecutionRig.outputs(2, 3)).say(success(4));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(rig.run().claim().fence()).isEqualTo(fence);
        assertLogged(1, 2);
        assertThat(rig.runtime.stopped()).isEmpty();
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void aRunnerThatKnowsAYoungerGatewayEndsTheExecution() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        var peer = rig.runtime.connection();
        Answers.of(rig.store.releaseAll());
        assertThat(Answers.of(rig.store.claim(rig.id, rig.clock.instant(), rig.clock.instant().plusSeconds(15))))
                .isPresent();
        peer.say(new Refused("an older fence"));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(rig.runtime.stopped()).isEmpty();
    }

    @Test
    void aGatewayThatStopsHandsTheRunOver() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        running();
        rig.executor.handOver();
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(rig.runtime.stopped()).isEmpty();
        rig.clock.advance(Duration.ofMillis(1));
        CompletableFuture<Void> next = rig.execute(rig.executor());
        Peer peer = rig.runtime.connection();
        assertThat(rig.attach(peer, "boot-1", 1).after()).isEqualTo(1);
        peer.say(success(2));
        finished(next);
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        assertLogged(1, 2);
        await().until(() -> rig.executor.active() == 0);
    }
}
