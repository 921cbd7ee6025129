package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.fixture.ScriptedRuntime.Peer;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A microVM, or a log, at its worst: slow, half-open, refusing, or talking nonsense. The run has a defined end all the same. */
class WorstPeersTest {
    private final ExecutionRig rig = new ExecutionRig(1);

    private static Events success(long n) {
        return new Events(n, List.of(new Succeeded(FrameCodec.tree(new Cancelled()))));
    }

    private static void finished(CompletableFuture<Void> done) throws Exception {
        done.get(20, TimeUnit.SECONDS);
    }

    private void assertWhole(int upTo) {
        assertThat(rig.logged()).extracting(RunEvent::id)
                .isEqualTo(LongStream.rangeClosed(1, upTo).mapToObj(n -> new EventId(1, n)).toList());
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    private void assertFailed(String kind) {
        assertThat(rig.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(rig.run().outcome().orElseThrow().error().orElseThrow().kind()).isEqualTo(kind);
    }

    /** The next connection; the broken one is closed by then. */
    private Peer reconnected(Peer broken) {
        Peer next = rig.reconnected();
        assertThat(broken.isClosed()).isTrue();
        return next;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "{", "[]", "null", "{\"type\":\"no-such\"}", "{\"type\":\"events\"}",
        "=", "{\"type\":\"events\",\"first\":-5,\"events\":[]}",
        "{\"type\":\"events\",\"first\":9,\"events\":[{\"kind\":\"cancelled\"}]}"})
    void nonsenseCostsAConnectionAndNotTheRun(String nonsense) throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(ExecutionRig.outputs(1, 2));
        rig.awaitLogged(new EventId(1, 3));
        peer.sayText(nonsense);
        Peer next = reconnected(peer);
        assertThat(rig.attach(next, "boot-1", 2).after()).isEqualTo(2);
        next.say(ExecutionRig.outputs(3, 3)).say(success(4));
        finished(done);
        assertWhole(4);
    }

    @Test
    void aGapIsNotPaperedOver() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(ExecutionRig.outputs(1, 1)).say(ExecutionRig.outputs(3, 3));
        Peer next = reconnected(peer);
        assertThat(rig.attach(next, "boot-1", 3).after()).isLessThanOrEqualTo(1);
        next.say(ExecutionRig.outputs(1, 3)).say(ExecutionRig.outputs(2, 4)).say(success(5));
        finished(done);
        assertWhole(5);
    }

    @Test
    void aFrameWithAHundredThousandEventsIsRefused() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(ExecutionRig.outputs(1, 100_000));
        Peer next = reconnected(peer);
        assertThat(rig.attach(next, "boot-1", 1).after()).isZero();
        next.say(success(1));
        finished(done);
        assertWhole(1);
    }

    @Test
    void whatComesBeforeTheHandShakeIsNotTaken() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer first = rig.runtime.connection();
        first.say(ExecutionRig.outputs(1, 1));
        Peer second = reconnected(first);
        second.say(new Attached(true, 7)).say(success(1));
        Peer third = reconnected(second);
        assertThat(rig.run().claim().microVm()).as("nobody said hello yet").isEmpty();
        rig.attach(third, "boot-1", 0);
        third.say(success(1));
        finished(done);
        assertWhole(1);
    }

    @Test
    void aHalfOpenConnectionEndsTheWaitForAStart() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        rig.runtime.connection();
        rig.advance(Duration.ofSeconds(331));
        finished(done);
        assertFailed("runtime_error");
        assertThat(rig.run().outcome().orElseThrow().eventId()).isEqualTo(new EventId(1, 2));
    }

    @Test
    void aConnectionThatStaysAwayMeansTheMicroVmIsLost() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        rig.awaitLogged(new EventId(1, 1));
        for (int i = 0; i < 100; i++) {
            rig.runtime.refuse(new ProblemException(new Problem.UpstreamTimeout("AgentCore")));
        }
        peer.cut(1006);
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            rig.advance(Duration.ofSeconds(6));
            return done.isDone();
        });
        assertFailed("session_lost");
    }

    @Test
    void aRefusalThatMayPassIsTriedAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            rig.runtime.refuse(new ProblemException(
                    new Problem.Unavailable("provisioning", Duration.ofSeconds(1), "")));
        }
        CompletableFuture<Void> done = rig.execute(rig.executor);
        await().until(() -> {
            rig.advance(Duration.ofSeconds(1));
            return rig.runtime.opened().size() == 4;
        });
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(success(1));
        finished(done);
        assertWhole(1);
    }

    @Test
    void aRefusalForGoodEndsTheRun() throws Exception {
        rig.runtime.refuse(new ProblemException(new Problem.UpstreamFailed("AgentCore", "access denied")));
        finished(rig.execute(rig.executor));
        assertFailed("runtime_error");
    }

    /** Nobody would ever close it, and the microVM would go on for a run that is over. */
    @Test
    void aConnectionThatOpensAfterTheEndIsClosed() throws Exception {
        Promise<dev.weir.feature.agent.AgentSocket> late = rig.runtime.delay();
        CompletableFuture<Void> done = rig.execute(rig.executor);
        await().until(() -> rig.runtime.opened().size() == 1);
        rig.advance(Duration.ofSeconds(331));
        finished(done);
        Peer peer = new Peer();
        late.complete(peer);
        await().until(peer::isClosed);
    }

    @Test
    void aLogThatFailsForAWhileLosesNothing() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        rig.awaitLogged(new EventId(1, 1));
        rig.log.fail(3);
        peer.say(ExecutionRig.outputs(1, 5));
        await().until(() -> {
            rig.advance(Duration.ofSeconds(1));
            return rig.log.failed() == 3;
        });
        peer.say(ExecutionRig.outputs(6, 9)).say(success(10));
        await().until(() -> {
            rig.advance(Duration.ofSeconds(1));
            return done.isDone();
        });
        assertWhole(10);
    }

    /** The runner is told that it may forget only what is durable. */
    @Test
    void onlyWhatIsDurableIsAcknowledged() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        rig.awaitLogged(new EventId(1, 1));
        rig.log.hold();
        peer.say(ExecutionRig.outputs(1, 4));
        rig.advance(Duration.ofSeconds(1));
        Ack early = new Ack(0);
        while (!peer.hasHeardAll()) {
            early = peer.hear(Ack.class);
        }
        assertThat(early.n()).isZero();
        rig.log.letGo();
        rig.awaitLogged(new EventId(1, 5));
        await().until(() -> {
            rig.advance(Duration.ofMillis(100));
            return !peer.hasHeardAll() && peer.hear(Ack.class).n() == 4;
        });
        peer.say(success(5));
        finished(done);
        assertWhole(5);
    }

    @Test
    void aSlowLogHoldsTheRunnerUp() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        rig.awaitLogged(new EventId(1, 1));
        rig.log.hold();
        for (long first = 1; first <= 20_001; first += 100) {
            peer.say(ExecutionRig.outputs(first, first + 99));
        }
        peer.say(success(20_101));
        await().until(peer::isPaused);
        assertThat(rig.logged()).hasSize(1);
        rig.log.letGo();
        finished(done);
        assertWhole(20_101);
    }

    /** Far more than the ring, and the log, and all that waits in between may hold: nothing of it piles up here. */
    @Test
    void aLogSlowerThanTheRunnerKeepsWhatIsHeldBounded() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        rig.awaitLogged(new EventId(1, 1));
        String text = "x".repeat(30_000);
        int events = 600;
        long most = 0;
        rig.log.hold();
        for (int n = 1; n <= events; n++) {
            peer.say(new Events(n, List.of(new Output("stdout", text))));
            if (n % 40 == 0) {
                await().pollInterval(Duration.ofMillis(2)).until(() -> peer.isPaused() || peer.unread() == 0);
                most = Math.max(most, n - peer.unread() - rig.logged().size());
                rig.log.letGo();
                rig.log.hold();
            }
        }
        peer.say(success(events + 1));
        rig.log.letGo();
        finished(done);
        assertWhole(events + 1);
        assertThat(most * text.length()).isLessThan(2L * 1024 * 1024);
    }
}
