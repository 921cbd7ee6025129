package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.kernel.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link RunQueue} does; time is what the calls say it is. */
public interface RunQueueContract {
    /** What the queue under test holds at most. */
    int CAPACITY = 200;
    Instant START = Instant.parse("2026-03-01T12:00:00Z");
    Instant UNTIL = START.plusSeconds(15);

    /** An empty queue that holds {@link #CAPACITY} messages, the same one throughout a test. */
    RunQueue queue();

    @Test
    default void messagesAreTakenInOrderAndHidden() {
        List<RunId> runs = offered(5);
        assertThat(lease(3, START)).map(Leased::run).containsExactlyElementsOf(runs.subList(0, 3));
        assertThat(lease(10, START)).map(Leased::run).containsExactlyElementsOf(runs.subList(3, 5));
        assertThat(lease(10, START)).isEmpty();
    }

    @Test
    default void aRunIsQueuedOnce() {
        RunId run = offered(1).getFirst();
        Answers.of(queue().offer(run));
        List<Leased> first = lease(10, START);
        assertThat(first).hasSize(1);
        Answers.of(queue().offer(run));
        assertThat(lease(10, START)).isEmpty();

        Answers.of(queue().acknowledge(first.getFirst().receipt()));
        Answers.of(queue().offer(run));
        assertThat(lease(10, START)).map(Leased::receives).containsExactly(1);
    }

    @Test
    default void aLeaseThatEndsMakesTheMessageVisibleAndItsReceiptVoid() {
        offered(1);
        Leased first = lease(1, START).getFirst();
        assertThat(lease(1, UNTIL.minusMillis(1))).isEmpty();
        Leased second = lease(1, UNTIL).getFirst();

        assertThat(second.run()).isEqualTo(first.run());
        assertThat(List.of(first.receives(), second.receives())).containsExactly(1, 2);
        assertThat(second.receipt()).isNotEqualTo(first.receipt());

        assertThat(Answers.of(queue().extend(first.receipt(), UNTIL.plusSeconds(99)))).isFalse();
        Answers.of(queue().release(first.receipt()));
        assertThat(lease(1, UNTIL)).isEmpty();
        Answers.of(queue().acknowledge(first.receipt()));
        assertThat(lease(1, UNTIL.plus(Duration.ofSeconds(15)))).map(Leased::receives).containsExactly(3);
    }

    @Test
    default void anExtendedLeaseHidesForLonger() {
        offered(1);
        Leased leased = lease(1, START).getFirst();
        assertThat(Answers.of(queue().extend(leased.receipt(), UNTIL.plusSeconds(15)))).isTrue();
        assertThat(lease(1, UNTIL.plusSeconds(14))).isEmpty();
        assertThat(lease(1, UNTIL.plusSeconds(15))).hasSize(1);
    }

    @Test
    default void anAcknowledgedMessageIsGone() {
        offered(2);
        Leased leased = lease(1, START).getFirst();
        Answers.of(queue().acknowledge(leased.receipt()));
        Answers.of(queue().acknowledge(leased.receipt()));
        assertThat(lease(10, UNTIL.plusSeconds(1))).hasSize(1).noneMatch(left -> left.run().equals(leased.run()));
    }

    @Test
    default void aReleasedMessageIsFirstAgain() {
        List<RunId> runs = offered(3);
        Leased leased = lease(1, START).getFirst();
        Answers.of(queue().release(leased.receipt()));
        assertThat(lease(10, START)).map(Leased::run).containsExactlyElementsOf(runs);
        assertThat(Answers.of(queue().extend(leased.receipt(), UNTIL))).isFalse();
    }

    @Test
    default void releasingAllMakesEveryMessageVisible() {
        List<RunId> runs = offered(4);
        List<Leased> before = lease(3, START);
        assertThat(Answers.of(queue().releaseAll())).isEqualTo(3);
        assertThat(lease(10, START)).map(Leased::run).containsExactlyElementsOf(runs);
        assertThat(Answers.of(queue().extend(before.getFirst().receipt(), UNTIL))).isFalse();
    }

    @Test
    default void aFullQueueTakesNoMoreUntilOneIsDone() {
        List<RunId> runs = offered(CAPACITY);
        RunId more = RunId.create(START);
        assertThat(Answers.problemOf(queue().offer(more))).isInstanceOfSatisfying(Problem.Unavailable.class,
                problem -> assertThat(problem.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
        Answers.of(queue().offer(runs.getFirst()));

        Leased leased = lease(1, START).getFirst();
        assertThat(Answers.problemOf(queue().offer(more))).isInstanceOf(Problem.Unavailable.class);
        Answers.of(queue().acknowledge(leased.receipt()));
        Answers.of(queue().offer(more));
        assertThat(Answers.problemOf(queue().offer(RunId.create(START)))).isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    default void manyTakersGetEachMessageOnce() {
        List<RunId> runs = offered(100);
        List<RunId> taken = new ArrayList<>();
        Answers.atOnce(40, i -> queue().lease(3, START, UNTIL))
                .forEach(leased -> leased.forEach(each -> taken.add(each.run())));
        assertThat(taken).containsExactlyInAnyOrderElementsOf(runs);
    }

    @Test
    default void manyOffersOfOneRunMakeOneMessage() {
        RunId run = RunId.create(START);
        Answers.atOnce(30, i -> queue().offer(run));
        assertThat(lease(10, START)).map(Leased::run).containsExactly(run);
    }

    private List<Leased> lease(int max, Instant now) {
        return Answers.of(queue().lease(max, now, now.plus(Duration.between(START, UNTIL))));
    }

    private List<RunId> offered(int n) {
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            runs.add(RunId.create(START));
        }
        runs.stream().map(queue()::offer).toList().forEach(Answers::of);
        return runs;
    }
}
