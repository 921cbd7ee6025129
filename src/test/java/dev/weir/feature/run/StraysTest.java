package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lost runs are found behind any number of others, also by a store that cannot see the queue. */
class StraysTest {
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final HandClock clock = new HandClock();
    private final MemoryRunStore store = new MemoryRunStore(clock);

    @Test
    void whatIsLostIsFoundBehindABacklog() {
        MemoryRunQueue queue = new MemoryRunQueue(1000);
        Strays strays = new Strays(store, queue, clock, LEASE);
        for (int i = 0; i < 350; i++) {
            Answers.of(queue.offer(run()));
        }
        RunId lost = run();
        RunId lapsed = run();
        Answers.of(store.claim(lapsed, clock.instant(), clock.instant()));
        clock.advance(LEASE.plusMillis(1));

        Answers.of(strays.sweep());
        assertThat(isOffered(queue, lapsed)).as("one that was executed does not wait for those in the queue").isTrue();
        for (int i = 0; i < 3; i++) {
            Answers.of(strays.sweep());
        }
        assertThat(isOffered(queue, lost)).isTrue();
    }

    @Test
    void whatTheQueueDoesNotTakeKeepsNothingElseWaitingAndIsTriedAgain() {
        MemoryRunQueue queue = new MemoryRunQueue(300, 1, 9);
        Strays strays = new Strays(store, queue, clock, LEASE);
        RunId first = run();
        for (int i = 0; i < 250; i++) {
            run();
        }
        RunId other = RunId.create(clock.instant());
        Answers.of(store.create(other, Samples.order(new StageRef(Samples.OTHER_TENANT, "a", "b"),
                clock.instant()), Optional.empty()));
        clock.advance(LEASE.plusMillis(1));
        for (int i = 0; i < 3; i++) {
            Answers.of(strays.sweep());
        }
        assertThat(isOffered(queue, first)).isTrue();
        assertThat(isOffered(queue, other)).isTrue();
        assertThat(taken(queue)).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            Answers.of(strays.sweep());
        }
        assertThat(taken(queue)).as("the next of the first tenant's").isEqualTo(1);
    }

    /** A run, a millisecond younger than the last. */
    private RunId run() {
        clock.advance(Duration.ofMillis(1));
        RunId id = RunId.create(clock.instant());
        Answers.of(store.create(id, Samples.order(Samples.STAGE, clock.instant()), Optional.empty()));
        return id;
    }

    /** Looks, and puts everything back. */
    private boolean isOffered(MemoryRunQueue queue, RunId run) {
        var all = Answers.of(queue.lease(1000, clock.instant(), clock.instant().plus(LEASE)));
        all.forEach(each -> Answers.of(queue.release(each.receipt())));
        return all.stream().anyMatch(each -> each.run().equals(run));
    }

    /** Takes everything out. */
    private int taken(MemoryRunQueue queue) {
        var all = Answers.of(queue.lease(1000, clock.instant(), clock.instant().plus(LEASE)));
        all.forEach(each -> {
            Answers.of(store.finishQueued(each.run(), Samples.failed(clock.instant())));
            Answers.of(queue.acknowledge(each.receipt()));
        });
        return all.size();
    }
}
