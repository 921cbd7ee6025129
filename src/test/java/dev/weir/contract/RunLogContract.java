package dev.weir.contract;

import static dev.weir.fixture.Samples.STAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.LogBounds;
import dev.weir.feature.run.log.RunLog;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link RunLog} does. */
public interface RunLogContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty log, the same one throughout a test. */
    RunLog log();

    /** The store whose fences the log obeys. */
    RunStore runs();

    @Test
    default void eventsAreReadInOrderFromAnyPlace() {
        RunId run = running();
        assertThat(append(run, 1, Samples.events(1, 1, 10))).isTrue();
        assertThat(append(run, 1, Samples.events(1, 11, 12))).isTrue();

        assertThat(read(run, EventId.START, 100)).isEqualTo(Samples.events(1, 1, 12));
        assertThat(read(run, new EventId(1, 5), 3)).isEqualTo(Samples.events(1, 6, 8));
        assertThat(read(run, new EventId(1, 12), 100)).isEmpty();
        assertThat(read(run, new EventId(7, 1), 100)).isEmpty();
    }

    @Test
    default void trimmingDropsTheOldest() {
        RunId run = running();
        append(run, 1, Samples.events(1, 1, 10));

        Answers.of(log().trim(run, new EventId(1, 8)));
        Answers.of(log().trim(run, new EventId(1, 3)));

        assertThat(read(run, EventId.START, 100)).isEqualTo(Samples.events(1, 8, 10));
        assertThat(Answers.of(log().bounds(run)).oldest()).isEqualTo(new EventId(1, 8));
    }

    @Test
    default void laterAttemptsComeAfterEarlierOnes() {
        RunId run = running();
        append(run, 1, Samples.events(1, 1, 20));
        append(run, 1, Samples.events(2, 1, 3));
        append(run, 1, Samples.events(10, 1, 1));

        List<RunEvent> all = new ArrayList<>(Samples.events(1, 1, 20));
        all.addAll(Samples.events(2, 1, 3));
        all.addAll(Samples.events(10, 1, 1));
        assertThat(read(run, EventId.START, 100)).isEqualTo(all);
        assertThat(read(run, new EventId(1, 20), 2)).isEqualTo(Samples.events(2, 1, 2));
    }

    @Test
    default void aReadIsBoundedByBytesButNeverEmptyForThem() {
        RunId run = running();
        String data = "x".repeat(1000);
        append(run, 1, List.of(Samples.event(1, 1, data), Samples.event(1, 2, data), Samples.event(1, 3, data)));
        assertThat(Answers.of(log().read(run, EventId.START, 100, 1))).hasSize(1);
        assertThat(Answers.of(log().read(run, EventId.START, 100, 2000))).hasSizeBetween(2, 3);
        assertThat(Answers.of(log().read(run, EventId.START, 100, 3000))).hasSize(3);
    }

    @Test
    default void whatIsThereStaysAsItIs() {
        RunId run = running();
        append(run, 1, Samples.events(1, 1, 5));
        List<RunEvent> overlapping = new ArrayList<>(
                List.of(Samples.event(1, 4, "other"), Samples.event(1, 5, "other")));
        overlapping.addAll(Samples.events(1, 6, 8));

        assertThat(append(run, 1, overlapping)).isTrue();

        assertThat(read(run, EventId.START, 100)).isEqualTo(Samples.events(1, 1, 8));
    }

    @Test
    default void overlappingAppendsAtOnceLeaveEachEventOnce() {
        RunId run = running();
        List<Boolean> answers = Answers.atOnce(20, i -> log().append(run, 1, Samples.events(1, 1 + i, 30 + i)));
        assertThat(answers).containsOnly(true);
        assertThat(read(run, EventId.START, 1000)).isEqualTo(Samples.events(1, 1, 49));
    }

    @Test
    default void anOlderFenceAppendsNothing() {
        RunId run = running();
        append(run, 1, Samples.events(1, 1, 2));
        Answers.of(runs().claim(run, NOW.plusSeconds(60), NOW.plusSeconds(90)));

        assertThat(append(run, 1, Samples.events(1, 3, 4))).isFalse();
        assertThat(append(run, 3, Samples.events(1, 3, 4))).isFalse();
        assertThat(read(run, EventId.START, 100)).hasSize(2);
        assertThat(append(run, 2, Samples.events(1, 3, 4))).isTrue();
        assertThat(read(run, EventId.START, 100)).isEqualTo(Samples.events(1, 1, 4));
    }

    @Test
    default void onlyARunningRunHasEvents() {
        RunId queued = RunId.create(NOW);
        Answers.of(runs().create(queued, Samples.order(STAGE, NOW), Optional.empty()));
        assertThat(append(queued, 0, Samples.events(1, 1, 1))).isFalse();

        RunId over = running();
        append(over, 1, Samples.events(1, 1, 2));
        Answers.of(runs().finish(over, 1, Samples.succeeded(NOW)));
        assertThat(append(over, 1, Samples.events(1, 3, 3))).isFalse();
        assertThat(read(over, EventId.START, 100)).hasSize(2);

        assertThat(append(RunId.create(NOW), 1, Samples.events(1, 1, 1))).isFalse();
    }

    @Test
    default void theBoundsAreTheFirstAndTheLast() {
        RunId run = running();
        assertThat(Answers.of(log().bounds(run))).isEqualTo(new LogBounds(EventId.START, EventId.START));
        append(run, 1, Samples.events(1, 1, 9));
        append(run, 1, Samples.events(2, 1, 4));
        assertThat(Answers.of(log().bounds(run))).isEqualTo(new LogBounds(new EventId(1, 1), new EventId(2, 4)));
    }

    @Test
    default void itKnowsWhichEventsItHolds() {
        RunId run = running();
        append(run, 1, Samples.events(1, 1, 3));
        append(run, 1, Samples.events(2, 1, 1));
        assertThat(Answers.of(log().holds(run, new EventId(1, 1)))).isTrue();
        assertThat(Answers.of(log().holds(run, new EventId(1, 4)))).isFalse();
        assertThat(Answers.of(log().holds(run, new EventId(2, 1)))).isTrue();
        assertThat(Answers.of(log().holds(RunId.create(NOW), new EventId(1, 1)))).isFalse();
    }

    @Test
    default void runsAreKeptApart() {
        RunId one = running();
        RunId two = running();
        append(one, 1, Samples.events(1, 1, 3));
        append(two, 1, Samples.events(1, 1, 1));
        assertThat(read(two, EventId.START, 100)).hasSize(1);
        assertThat(read(RunId.create(NOW), EventId.START, 100)).isEmpty();
    }

    private RunId running() {
        RunId run = RunId.create(NOW);
        Answers.of(runs().create(run, Samples.order(STAGE, NOW), Optional.empty()));
        Answers.of(runs().claim(run, NOW, NOW.plusSeconds(15)));
        return run;
    }

    private boolean append(RunId run, long fence, List<RunEvent> events) {
        return Answers.of(log().append(run, fence, events));
    }

    private List<RunEvent> read(RunId run, EventId after, int max) {
        return Answers.of(log().read(run, after, max, 1 << 20));
    }
}
