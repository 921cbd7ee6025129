package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunQueue.DeadLetter;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunQueue.Place;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.kernel.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link RunQueue} does for several tenants, two lines, and messages that nobody can finish. */
public interface FairQueueContract {
    int CAPACITY = 300;
    int PER_TENANT = 200;
    int RECEIVES = 3;
    Instant START = Instant.parse("2026-03-01T12:00:00Z");
    Duration LEASE = Duration.ofSeconds(15);
    Place BIG = new Place("big", Line.SHORT);
    Place SMALL = new Place("small", Line.SHORT);
    Place LONG = new Place("big", Line.LONG);

    /** An empty queue with the bounds above, the same one throughout a test. */
    RunQueue fairQueue();

    @Test
    default void oneTenantsManyDoNotDelayAnothersFirst() {
        List<RunId> many = offered(150, BIG);
        assertThat(take(20)).isEqualTo(many.subList(0, 20));
        RunId first = offered(1, SMALL).getFirst();
        assertThat(take(2)).contains(first);
        assertThat(take(1)).containsExactly(many.get(21));
    }

    @Test
    default void tenantsTakeTurnsAndEachTenantsRunsKeepTheirOrder() {
        Map<String, List<RunId>> offered = new HashMap<>();
        for (String tenant : List.of("a", "b", "c")) {
            offered.put(tenant, offered(tenant.equals("a") ? 60 : 10, new Place(tenant, Line.SHORT)));
        }
        List<RunId> taken = take(30);
        for (String tenant : offered.keySet()) {
            assertThat(taken.stream().filter(offered.get(tenant)::contains))
                    .containsExactlyElementsOf(offered.get(tenant).subList(0, 10));
        }
        assertThat(take(100)).isEqualTo(offered.get("a").subList(10, 60));
    }

    @Test
    default void whoCameSeldomHasSavedUpNothing() {
        offered(1, SMALL);
        take(1);
        offered(80, BIG);
        take(50);
        List<RunId> later = offered(30, SMALL);
        List<RunId> taken = take(20);
        assertThat(taken.stream().filter(later::contains)).as("half of the turns, not all").hasSizeBetween(9, 11);
    }

    @Test
    default void turnsHoldAcrossManyTakers() {
        List<RunId> many = offered(150, BIG);
        List<RunId> few = offered(5, SMALL);
        List<RunId> taken = new ArrayList<>();
        Answers.atOnce(20, _ -> fairQueue().lease(1, START, START.plus(LEASE)))
                .forEach(leased -> leased.forEach(each -> taken.add(each.run())));
        assertThat(taken).doesNotHaveDuplicates().hasSize(20).containsAll(few);
        assertThat(taken.stream().filter(many::contains)).hasSize(15);
    }

    @Test
    default void aLineIsTakenFromOnlyIfAskedFor() {
        List<RunId> slow = offered(3, LONG);
        List<RunId> quick = offered(3, BIG);
        assertThat(take(EnumSet.of(Line.SHORT), 10)).isEqualTo(quick);
        assertThat(take(EnumSet.of(Line.SHORT), 10)).isEmpty();
        assertThat(take(EnumSet.noneOf(Line.class), 10)).isEmpty();
        assertThat(take(EnumSet.of(Line.LONG), 2)).isEqualTo(slow.subList(0, 2));
        assertThat(take(EnumSet.allOf(Line.class), 10)).isEqualTo(slow.subList(2, 3));
    }

    @Test
    default void aLineHasTurnsOfItsOwn() {
        offered(10, LONG);
        List<RunId> ofTheSame = offered(20, new Place(LONG.tenant(), Line.SHORT));
        offered(20, new Place("another", Line.SHORT));
        take(EnumSet.of(Line.LONG), 10);
        List<RunId> taken = take(EnumSet.of(Line.SHORT), 10);
        assertThat(taken.stream().filter(ofTheSame::contains)).hasSize(5);
    }

    @Test
    default void aTenantMayFillItsShareAndNoMore() {
        offered(PER_TENANT, BIG);
        assertThat(Answers.problemOf(fairQueue().offer(RunId.create(START), LONG)))
                .isInstanceOf(Problem.Unavailable.class);
        offered(CAPACITY - PER_TENANT, SMALL);
        assertThat(Answers.problemOf(fairQueue().offer(RunId.create(START), new Place("third", Line.SHORT))))
                .isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    default void whatIsTakenTooOftenBecomesADeadLetterAndTheNextGetThrough() {
        RunId poison = offered(1, BIG).getFirst();
        List<RunId> behind = offered(2, BIG);
        Instant now = START;
        for (int i = 1; i <= RECEIVES; i++, now = now.plus(LEASE)) {
            Leased leased = lease(1, now).getFirst();
            assertThat(leased.run()).isEqualTo(poison);
            assertThat(leased.receives()).isEqualTo(i);
        }
        assertThat(lease(9, now)).map(Leased::run).isEqualTo(behind);
        DeadLetter letter = new DeadLetter(poison, BIG, RECEIVES, "taken 3 times and never done", now);
        assertThat(Answers.of(fairQueue().deadLetters(10))).containsExactly(letter);
        assertThat(Answers.of(fairQueue().untold(10))).containsExactly(letter);
        Answers.of(fairQueue().told(poison));
        assertThat(Answers.of(fairQueue().untold(10))).isEmpty();
        assertThat(Answers.of(fairQueue().deadLetters(10))).containsExactly(letter);
    }

    @Test
    default void whatIsGivenBackComesLaterAndWasNotTaken() {
        RunId run = offered(1, BIG).getFirst();
        Instant now = START;
        for (int i = 0; i < 3 * RECEIVES; i++) {
            Leased leased = lease(1, now).getFirst();
            assertThat(leased.receives()).isEqualTo(1);
            Answers.of(fairQueue().release(leased.receipt(), now.plusSeconds(5)));
            Answers.of(fairQueue().release(leased.receipt(), now));
            assertThat(lease(1, now.plusSeconds(4))).isEmpty();
            now = now.plusSeconds(5);
        }
        Answers.of(fairQueue().release(lease(1, now).getFirst().receipt()));
        assertThat(lease(1, now)).map(Leased::receives).containsExactly(1);
        assertThat(lease(1, now.plus(LEASE))).map(Leased::run).containsExactly(run);
        assertThat(Answers.of(fairQueue().deadLetters(9))).isEmpty();
    }

    @Test
    default void manyPoisonousOnesAreGotPastInOneGo() {
        offered(50, BIG);
        Instant now = START;
        for (int i = 0; i < RECEIVES; i++, now = now.plus(LEASE)) {
            assertThat(lease(50, now)).hasSize(50);
        }
        RunId good = offered(1, BIG).getFirst();
        assertThat(lease(1, now)).map(Leased::run).containsExactly(good);
        assertThat(Answers.of(fairQueue().deadLetters(100))).hasSize(50);
        assertThat(Answers.of(fairQueue().untold(7))).hasSize(7);
    }

    @Test
    default void whatNobodyCanExecuteIsBuriedAtOnce() {
        RunId run = offered(1, LONG).getFirst();
        Leased leased = lease(1, START).getFirst();
        assertThat(Answers.of(fairQueue().bury(leased.receipt(), "no such run", START))).isTrue();
        assertThat(Answers.of(fairQueue().bury(leased.receipt(), "no such run", START))).isFalse();
        assertThat(Answers.of(fairQueue().untold(9)))
                .containsExactly(new DeadLetter(run, LONG, 1, "no such run", START));
        assertThat(lease(9, START.plus(LEASE))).isEmpty();
    }

    @Test
    default void aDeadLetterComesBackOnlyWhenItIsExhumed() {
        RunId run = offered(1, BIG).getFirst();
        Answers.of(fairQueue().bury(lease(1, START).getFirst().receipt(), "broken", START));
        Answers.of(fairQueue().told(run));
        Answers.of(fairQueue().offer(run, BIG));
        assertThat(lease(9, START)).as("the sweep offers it in vain").isEmpty();
        assertThat(Answers.of(fairQueue().exhume(run))).isTrue();
        assertThat(Answers.of(fairQueue().exhume(run))).isFalse();
        Answers.of(fairQueue().offer(run, BIG));
        assertThat(lease(9, START)).map(Leased::receives).containsExactly(1);
    }

    private List<RunId> offered(int n, Place place) {
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            runs.add(RunId.create(START));
        }
        runs.stream().map(run -> fairQueue().offer(run, place)).toList().forEach(Answers::of);
        return runs;
    }

    private List<RunId> take(int max) {
        return take(EnumSet.allOf(Line.class), max);
    }

    private List<RunId> take(Set<Line> lines, int max) {
        return Answers.of(fairQueue().lease(lines, max, START, START.plus(LEASE))).stream().map(Leased::run).toList();
    }

    private List<Leased> lease(int max, Instant now) {
        return Answers.of(fairQueue().lease(max, now, now.plus(LEASE)));
    }
}
