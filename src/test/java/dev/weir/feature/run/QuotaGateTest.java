package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import static org.awaitility.Awaitility.await;

import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.fixture.ScriptedRuntime.Peer;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.fixture.MemoryLedger;
import io.vertx.core.Promise;
import dev.weir.feature.quota.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nothing is executed that was not admitted, and what is executed is counted once, whoever dies when. */
class QuotaGateTest {
    private static final Scope TENANT = Scope.of(Samples.TENANT);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final ExecutionRig rig = new ExecutionRig(1);
    private final Aftermath aftermath = aftermath(rig);

    private static Aftermath aftermath(ExecutionRig rig) {
        return new Aftermath(rig.store, rig.quotas, _ -> Future.succeededFuture(), _ -> {});
    }

    private void limit(Dimension dimension, long most) {
        rig.limits.put(TENANT, new Limits(Map.of(dimension, most)));
    }

    private long used() {
        return Answers.of(rig.quotas.view(TENANT)).stream().mapToLong(Allowance::used).sum();
    }

    private static void finished(CompletableFuture<Void> done) throws Exception {
        done.get(20, TimeUnit.SECONDS);
    }

    private static Events success(long n) {
        return new Events(n, List.of(new Succeeded(FrameCodec.tree(new Cancelled()))));
    }

    @Test
    void aRunThatIsRefusedIsThrottledAndNothingIsOpened() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 0);
        finished(rig.execute(rig.executor));
        Run run = rig.run();
        assertThat(run.status()).isEqualTo(RunStatus.THROTTLED);
        assertThat(run.startedAt()).isEmpty();
        assertThat(run.outcome()).hasValueSatisfying(outcome -> {
            assertThat(outcome.billable()).isZero();
            assertThat(outcome.eventId()).isEqualTo(new EventId(0, 1));
            assertThat(outcome.error()).contains(new RunError("quota_exceeded", "the limits do not allow this run:"
                    + " runs_per_hour of the tenant: 0 of 0 used, 1 needed, more than the limit: no waiting helps"));
            RunEvent last = RecordEvents.of(run.id(), outcome);
            assertThat(last.type().wireName()).isEqualTo("run.throttled");
            assertThat(last.data().toString()).contains("quota_exceeded");
        });
        assertThat(rig.runtime.opened()).isEmpty();
        assertThat(rig.runtime.stopped()).isEmpty();
        assertThat(rig.logged()).isEmpty();
        assertThat(Answers.of(rig.queue.releaseAll())).as("the message is done with").isZero();
        assertThat(Answers.of(rig.queue.lease(1, rig.clock.instant(), rig.clock.instant()))).isEmpty();
        assertThat(Answers.of(aftermath.sweep())).isEqualTo(1);
        assertThat(used()).isZero();
    }

    @Test
    void aRunThatIsRefusedForNowIsToldWhenToComeAgain() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 1);
        Answers.of(rig.quotas.admit(RunId.create(rig.clock.instant()), 1, Samples.STAGE, TIMEOUT));
        finished(rig.execute(rig.executor));
        assertThat(rig.run().outcome().orElseThrow().error()).contains(new RunError("quota_exceeded", "a limit is used"
                + " up: runs_per_hour of the tenant: 1 of 1 used, 1 needed; there may be room after"
                + " 2026-03-01T13:00:00Z"));
    }

    @Test
    void whileNobodyCanTellTheRunWaitsAndThenIsExecuted() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 1);
        rig.isBookOpen = false;
        for (int i = 0; i < 30; i++) {
            finished(rig.execute(rig.executor));
            assertThat(rig.run().status()).isEqualTo(RunStatus.QUEUED);
            assertThat(rig.run().startedAt()).isEmpty();
            assertThat(rig.executor.isHeldUp()).as("once is somebody's own trouble").isEqualTo(i >= 2);
            assertThat(Answers.of(rig.queue.lease(1, rig.clock.instant(), rig.clock.instant()))).isEmpty();
            rig.clock.advance(Duration.ofSeconds(5));
        }
        assertThat(rig.runtime.opened()).isEmpty();
        assertThat(rig.executor.isHeldUp()).as("for a moment only").isFalse();
        rig.isBookOpen = true;
        Leased message = Answers.of(rig.queue.lease(1, rig.clock.instant(), rig.clock.instant())).getFirst();
        assertThat(message.receives()).isEqualTo(1);
        executeToItsEnd();
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(rig.run().outcome().orElseThrow().billable()).as("waiting is free").isZero();
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void aLedgerThatDoesNotAnswerIsAway() {
        Quotas hanging = new Quotas(new MemoryLedger(), _ -> Promise.<Limits>promise().future(), rig.clock,
                Duration.ofMinutes(1));
        assertThat(new RunGate(hanging, Duration.ofMillis(20)).admit(rig.run()))
                .isInstanceOf(RunGate.Passage.Unknown.class);
    }

    @Test
    void whoSeesTheEndFindsTheShareFree() throws Exception {
        limit(Dimension.CONCURRENT_RUNS, 1);
        executeToItsEnd();
        assertThat(used()).as("nobody swept").isZero();
    }

    @Test
    void aRunCancelledBeforeItStartsTakesNothing() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 0);
        Answers.of(rig.store.requestCancel(rig.id, "ada"));
        finished(rig.execute(rig.executor));
        assertThat(rig.run().status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(used()).isZero();
    }

    @Test
    void whatAMicroVmTakesToComeIsNotBilled() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.clock.advance(Duration.ofSeconds(4));
        rig.attach(peer, "boot-1", 0);
        rig.clock.advance(Duration.ofSeconds(7));
        peer.say(success(1));
        finished(done);
        assertThat(rig.run().outcome().orElseThrow().billable()).isEqualTo(Duration.ofSeconds(7));
    }

    private void executeToItsEnd() throws Exception {
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(success(1));
        finished(done);
    }

    @Test
    void aRunReservesEveryAttemptInFullAndGivesBackWhatItDidNotUse() throws Exception {
        ExecutionRig twice = new ExecutionRig(2);
        twice.limits.put(TENANT, new Limits(Map.of(Dimension.BILLABLE_TIME_PER_MONTH, 180_000L)));
        CompletableFuture<Void> done = twice.execute(twice.executor);
        Peer peer = twice.runtime.connection();
        twice.attach(peer, "boot-1", 0);
        assertThat(Answers.of(twice.quotas.view(TENANT))).map(Allowance::used).containsExactly(180_000L);
        twice.clock.advance(Duration.ofSeconds(7));
        peer.say(success(1));
        finished(done);
        assertThat(twice.run().outcome().orElseThrow().billable()).isEqualTo(Duration.ofSeconds(7));
        assertThat(Answers.of(aftermath(twice).sweep())).isEqualTo(1);
        assertThat(Answers.of(twice.quotas.view(TENANT))).map(Allowance::used).containsExactly(7000L);
    }

    /** As a crashed gateway leaves it: admitted, claimed, bound, and then silence for so long. */
    private void orphan(Duration silence) {
        Answers.of(rig.store.claim(rig.id, rig.clock.instant(), rig.clock.instant()));
        Answers.of(rig.quotas.admit(rig.id, 1, Samples.STAGE, TIMEOUT));
        Answers.of(rig.store.bind(rig.id, 1, "boot-1", List.of(), rig.clock.instant()));
        rig.clock.advance(silence);
    }

    @Test
    void aRunTakenOverIsCountedOnceAndNeverBilledBeyondItsTimeout() throws Exception {
        limit(Dimension.RUNS_PER_DAY, 1);
        orphan(Duration.ofMinutes(5));
        executeToItsEnd();
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(rig.run().outcome().orElseThrow().billable()).isEqualTo(TIMEOUT);
        Answers.of(aftermath.sweep());
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void aRunWhoseShareLapsedMeanwhileHasItBackWhateverIsLeft() throws Exception {
        limit(Dimension.CONCURRENT_RUNS, 1);
        orphan(Duration.ofMinutes(21));
        assertThat(Answers.of(rig.quotas.sweep(9))).isEqualTo(1);
        RunId other = RunId.create(rig.clock.instant());
        Answers.of(rig.quotas.admit(other, 1, Samples.STAGE, TIMEOUT));
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        assertThat(used()).as("both execute, that is the truth").isEqualTo(2);
        peer.say(success(1));
        finished(done);
        Answers.of(aftermath.sweep());
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void aRunUnderWayIsTakenOverAlsoWhileNobodyCanTell() throws Exception {
        limit(Dimension.CONCURRENT_RUNS, 1);
        orphan(Duration.ofMinutes(1));
        rig.isBookOpen = false;
        executeToItsEnd();
        assertThat(rig.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void theShareIsKeptForAsLongAsTheRunTakesAndTakenAgainIfItLapsed() throws Exception {
        limit(Dimension.CONCURRENT_RUNS, 1);
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        peer.say(ExecutionRig.outputs(1, 1));
        rig.awaitLogged(new EventId(1, 2));
        Answers.of(rig.counters.lapse(rig.clock.instant().plus(Duration.ofHours(1)), 9));
        assertThat(used()).isZero();
        rig.executor.cancelHint(rig.id);
        await().until(() -> used() == 1);
        peer.say(success(2));
        finished(done);
        Answers.of(aftermath.sweep());
        assertThat(used()).isZero();
    }

    @Test
    void whoLostTheRunNeitherKeepsNorTakesAShareOfIt() throws Exception {
        limit(Dimension.CONCURRENT_RUNS, 5);
        orphan(Duration.ofMinutes(1));
        Run former = rig.run();
        RunGate gate = new RunGate(rig.quotas, Duration.ofSeconds(5));
        CompletableFuture<Void> done = rig.execute(rig.executor);
        Peer peer = rig.runtime.connection();
        rig.attach(peer, "boot-1", 0);
        gate.keep(former);
        // Its owner may do so at any moment, so that what became of the share says nothing of this.
        assertThat(Answers.of(rig.quotas.extend(former.id(), former.claim().fence())))
                .as("only its owner prolongs it").isFalse();
        peer.say(success(1));
        finished(done);
        Answers.of(aftermath.sweep());
        gate.goOn(former);
        gate.keep(former);
        assertThat(used()).as("nor once it is over").isZero();
    }

    @Test
    void noRunIsChargedMoreThanItReserved() {
        RunOrder order = rig.run().order();
        for (int attempt = 1; attempt <= order.maxAttempts(); attempt++) {
            Run run = new Run(rig.id, order, RunStatus.RUNNING, attempt,
                    new Run.Claim(1, rig.clock.instant(), Optional.of("boot-1"), Optional.empty()), Optional.empty(),
                    Optional.of(rig.clock.instant()), List.of(), Optional.empty());
            assertThat(run.billable(rig.clock.instant().plus(Duration.ofDays(3))))
                    .as("cold starts and outages included")
                    .isLessThanOrEqualTo(order.longest());
        }
    }

    @Test
    void aCrashBetweenTheEndAndItsAftermathKeepsTheRunCounted() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 1);
        executeToItsEnd();
        rig.clock.advance(Duration.ofMinutes(30)); // the share's lease is long over when the next gateway starts
        assertThat(Answers.of(aftermath(rig).sweep())).isEqualTo(1);
        assertThat(Answers.of(rig.quotas.sweep(9))).isZero();
        assertThat(used()).isEqualTo(1);
        assertThat(Answers.of(aftermath.sweep())).as("done once").isZero();
    }

    @Test
    void aRunWhoseMicroVmNeverCameIsNeitherChargedNorCounted() throws Exception {
        limit(Dimension.RUNS_PER_HOUR, 1);
        CompletableFuture<Void> done = rig.execute(rig.executor);
        rig.runtime.connection();
        rig.advance(Duration.ofSeconds(331));
        finished(done);
        assertThat(rig.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(rig.run().outcome().orElseThrow().billable()).isZero();
        Answers.of(aftermath.sweep());
        assertThat(used()).isZero();
    }

    @Test
    void theNextAttemptGoesOnWithTheSameShare() throws Exception {
        ExecutionRig twice = new ExecutionRig(2);
        twice.limits.put(TENANT, new Limits(Map.of(Dimension.RUNS_PER_HOUR, 1L)));
        CompletableFuture<Void> done = twice.execute(twice.executor);
        twice.attach(twice.runtime.connection(), "boot-1", 0).after();
        twice.advance(Duration.ofMillis(1));
        twice.executor.handOver();
        finished(done);
        twice.clock.advance(Duration.ofMillis(1));
        CompletableFuture<Void> next = twice.execute(twice.executor());
        twice.runtime.connection().say(new Hello("boot-2"));
        Peer second = twice.runtime.connection();
        twice.attach(second, "boot-3", 0);
        second.say(success(1));
        finished(next);
        assertThat(twice.run().attempt()).isEqualTo(2);
        assertThat(twice.run().status()).isEqualTo(RunStatus.SUCCEEDED);
        Answers.of(aftermath(twice).sweep());
        assertThat(Answers.of(twice.quotas.view(TENANT))).map(Allowance::used).containsExactly(1L);
    }
}
