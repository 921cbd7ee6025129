package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryRunLog;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.Samples;
import dev.weir.fixture.ScriptedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final HandClock clock = new HandClock();
    private final MemoryRunStore store = new MemoryRunStore(clock);
    private final MemoryRunLog log = new MemoryRunLog(store);
    private final MemoryRunQueue queue = new MemoryRunQueue(10, 10, 2);
    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final DeadLetters deadLetters = new DeadLetters(new Runs.Ports(store, queue, log), _ -> runtime, clock,
            LEASE);
    private final RunId id = RunId.create(clock.instant());

    DeadLettersTest() {
        Answers.of(store.create(id, Samples.order(Samples.STAGE, clock.instant()), Optional.empty()));
        Answers.of(queue.offer(id));
        for (int i = 0; i < 3; i++) {
            Answers.of(queue.lease(1, now(), now()));
        }
    }

    private Instant now() {
        return clock.instant();
    }

    private Run run() {
        return Answers.of(store.find(id)).orElseThrow();
    }

    private int untold() {
        return Answers.of(queue.untold(9)).size();
    }

    private void assertFailed(EventId last) {
        Outcome outcome = run().outcome().orElseThrow();
        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(outcome.error()).contains(
                new RunError("runtime_error", "the run was given up: taken 2 times and never done"));
        assertThat(outcome.eventId()).isEqualTo(last);
        assertThat(untold()).isZero();
        assertThat(Answers.of(queue.deadLetters(9))).as("kept for people to see").hasSize(1);
    }

    @Test
    void theRunOfADeadLetterFails() {
        assertThat(untold()).isEqualTo(1);
        assertThat(Answers.of(deadLetters.sweep())).isEqualTo(1);
        assertFailed(new EventId(0, 1));
        assertThat(Answers.of(deadLetters.sweep())).isZero();
    }

    @Test
    void oneThatIsStillExecutedIsLeftAloneUntilItsLeaseEnds() {
        Answers.of(store.claim(id, now(), now().plus(LEASE)));
        Answers.of(store.bind(id, 1, "boot", List.of(), clock.instant()));
        Answers.of(log.append(id, 1, Samples.events(1, 1, 4)));
        assertThat(Answers.of(deadLetters.sweep())).isZero();
        assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
        clock.advance(LEASE.plusMillis(1));
        assertThat(Answers.of(deadLetters.sweep())).isEqualTo(1);
        assertFailed(new EventId(1, 5));
        assertThat(run().outcome().orElseThrow().billable()).isEqualTo(LEASE.plusMillis(1));
        assertThat(runtime.stopped()).containsExactly("weir-" + id + "-1");
    }

    @Test
    void oneThatEndedMeanwhileIsOnlyTicked() {
        Answers.of(store.claim(id, now(), now().plus(LEASE)));
        Answers.of(store.finish(id, 1, Samples.succeeded(now())));
        assertThat(Answers.of(deadLetters.sweep())).isZero();
        assertThat(untold()).isZero();
        assertThat(run().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void aCrashAfterEachStepCostsTimeOnly() {
        Answers.of(store.claim(id, now(), now()));
        clock.advance(Duration.ofMillis(1));
        // Claimed to be failed, and then a crash: whoever is next waits for that lease.
        Answers.of(store.claim(id, now(), now().plus(LEASE)));
        assertThat(Answers.of(deadLetters.sweep())).isZero();
        clock.advance(LEASE.plusMillis(1));
        assertThat(Answers.of(deadLetters.sweep())).isEqualTo(1);
        assertFailed(new EventId(1, 1));
        assertThat(run().outcome().orElseThrow().billable()).as("it was never executed").isZero();
        assertThat(run().claim().fence()).isEqualTo(3);
    }

    @Test
    void aCrashBetweenFailingAndTickingFailsItOnce() {
        Outcome before = new Outcome(RunStatus.FAILED, Optional.empty(),
                Optional.of(new RunError("runtime_error", "x")),
                new EventId(0, 1), now(), Duration.ZERO);
        Answers.of(store.finishQueued(id, before));
        assertThat(Answers.of(deadLetters.sweep())).isZero();
        assertThat(untold()).isZero();
        assertThat(run().outcome()).contains(before);
    }

    @Test
    void aLetterOfARunThatIsNotThereIsTicked() {
        RunId ghost = RunId.create(now());
        Answers.of(queue.offer(ghost));
        Answers.of(queue.bury(Answers.of(queue.lease(1, now(), now())).getFirst().receipt(), "no such run", now()));
        Answers.of(deadLetters.sweep());
        assertThat(untold()).isZero();
    }

    @Test
    void aRunWhoseMessageWasLostComesBackToItsOwnLine() {
        RunId lost = RunId.create(now());
        RunOrder order = Samples.order(Samples.STAGE, now());
        Answers.of(store.create(lost,
                new RunOrder(order.kind(), order.stage(), order.version(), order.source(), order.invokedBy(),
                        order.input(), order.timeout(), order.maxAttempts(), RunQueue.Line.LONG, order.createdAt()),
                Optional.empty()));
        Strays strays = new Strays(store, queue, clock, LEASE);
        Answers.of(strays.sweep());
        assertThat(Answers.of(queue.lease(9, now(), now()))).isEmpty();
        clock.advance(LEASE.plusMillis(1));
        Answers.of(strays.sweep());
        Answers.of(strays.sweep());
        assertThat(Answers.of(queue.lease(EnumSet.of(RunQueue.Line.SHORT), 9, now(), now().plus(LEASE))))
                .as("a dead letter is not offered again").isEmpty();
        assertThat(Answers.of(queue.lease(EnumSet.of(RunQueue.Line.LONG), 9, now(), now().plus(LEASE))))
                .map(RunQueue.Leased::run).containsExactly(lost);
    }
}
