package dev.weir.contract;

import static dev.weir.contract.LedgerSteps.NOW;
import static dev.weir.contract.LedgerSteps.STAGE;
import static dev.weir.contract.LedgerSteps.TENANT;
import static dev.weir.contract.LedgerSteps.UNTIL;
import static dev.weir.contract.LedgerSteps.draw;
import static dev.weir.contract.LedgerSteps.fenced;
import static dev.weir.contract.LedgerSteps.hold;
import static dev.weir.contract.LedgerSteps.holdUntil;
import static dev.weir.contract.LedgerSteps.hourly;
import static dev.weir.contract.LedgerSteps.refused;
import static dev.weir.contract.LedgerSteps.time;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger;
import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.feature.quota.Ledger.Shortage;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of a hold in every {@link Ledger}: its lease, its fence, how it lapses, comes back and ends. */
public interface HoldContract {
    /** An empty ledger, the same one throughout a test. */
    Ledger ledger();

    @Test
    default void whoComesAfterTheEndBeginsNothing() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 5);
        steps().reserve("r1", slot);
        steps().settle("r1", 1);
        assertThat(steps().reserve("r1", slot)).as("the run itself refuses it").isEqualTo(new Answer.Granted());
        assertThat(steps().extend("r1", 9, UNTIL.plusSeconds(60))).isFalse();
        assertThat(steps().used(slot)).isZero();
        steps().lapse(UNTIL.plus(Ledger.MARKED).minusSeconds(1));
        steps().reserve("r1", slot);
        assertThat(steps().used(slot)).isZero();
        steps().lapse(UNTIL.plus(Ledger.MARKED));
        steps().reserve("r1", slot);
        assertThat(steps().used(slot)).as("forgotten").isEqualTo(1);
    }

    @Test
    default void theSlotsOfTheDeadAreFreeAtTheNextReservation() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        steps().reserve("r1", slot);
        assertThat(Answers.of(ledger().reserve(hold("r2", slot), UNTIL.minusMillis(1)))).isEqualTo(refused(slot, 1));
        assertThat(Answers.of(ledger().reserve(holdUntil("r2", UNTIL.plusSeconds(60), slot), UNTIL)))
                .isEqualTo(new Answer.Granted());
        assertThat(steps().used(slot)).isEqualTo(1);
    }

    @Test
    default void whatLapsedWasARunAllTheSameAndTookTheTimeItWasKept() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 9);
        Draw time = time("2026-03", 100_000, 1_000_000);
        Draw little = draw(STAGE, Dimension.BILLABLE_TIME_PER_MONTH, 7000, 1_000_000);
        steps().reserve("r1", hourly(1, 9), slot, time, little);
        assertThat(steps().lapse(UNTIL)).isEqualTo(1);
        assertThat(steps().lapse(UNTIL)).as("once").isZero();
        assertThat(List.of(steps().used(hourly(1, 9)), steps().used(slot), steps().used(time), steps().used(little)))
                .containsExactly(1L, 0L, 60_000L,
                        7000L);
    }

    @Test
    default void theEndOfALapsedHoldPutsTheCountersRight() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 9);
        Draw time = time("2026-03", 100_000, 1_000_000);
        for (String id : List.of("short", "long", "never")) {
            steps().reserve(id, hourly(1, 9), slot, time);
        }
        assertThat(steps().lapse(UNTIL)).isEqualTo(3);
        assertThat(steps().settle("short", 5000)).isTrue();
        assertThat(steps().settle("short", 5000)).isFalse();
        assertThat(steps().settle("long", 90_000)).isTrue();
        assertThat(Answers.of(ledger().giveBack("never"))).isTrue();
        assertThat(Answers.of(ledger().giveBack("never"))).isFalse();
        assertThat(List.of(steps().used(hourly(1, 9)), steps().used(slot), steps().used(time))).containsExactly(2L, 0L,
                95_000L);
    }

    @Test
    default void whatLapsedIsForgottenOneDayAndStaysAsItIs() {
        Draw time = time("2026-03", 100_000, 1_000_000);
        steps().reserve("r1", time);
        steps().reserve("r2", time);
        steps().lapse(UNTIL);
        steps().lapse(UNTIL.plus(Ledger.KEPT).minusSeconds(1));
        assertThat(steps().settle("r1", 1000)).isTrue();
        steps().lapse(UNTIL.plus(Ledger.KEPT));
        assertThat(steps().settle("r2", 1000)).isFalse();
        assertThat(steps().used(time)).isEqualTo(61_000);
    }

    @Test
    default void aSweepTakesTheOldestFirst() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 9);
        for (int i = 0; i < 5; i++) {
            Answers.of(ledger().reserve(holdUntil("r" + i, UNTIL.plusSeconds(i), slot), NOW));
        }
        assertThat(steps().lapse(UNTIL.minusSeconds(1))).isZero();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(3), 2))).isEqualTo(2);
        assertThat(steps().used(slot)).isEqualTo(3);
        assertThat(steps().settle("r0", 0)).isTrue();
        assertThat(steps().settle("r2", 0)).as("stale, not yet lapsed").isTrue();
        assertThat(steps().lapse(UNTIL.plusSeconds(3))).isEqualTo(1);
        assertThat(steps().used(slot)).isEqualTo(1);
    }

    @Test
    default void anExtendedHoldStays() {
        steps().reserve("r1", draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1));
        assertThat(steps().extend("r1", 1, UNTIL.plusSeconds(60))).isTrue();
        assertThat(steps().extend("r1", 1, UNTIL)).as("a late and shorter one changes nothing").isTrue();
        assertThat(steps().lapse(UNTIL.plusSeconds(59))).isZero();
        assertThat(steps().lapse(UNTIL.plusSeconds(60))).isEqualTo(1);
        assertThat(steps().extend("unknown", 1, UNTIL)).isFalse();
    }

    @Test
    default void toAskAgainExtendsToo() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        steps().reserve("r1", slot);
        Answers.of(ledger().reserve(holdUntil("r1", UNTIL.plusSeconds(60), slot), UNTIL));
        assertThat(steps().lapse(UNTIL)).as("who was only asleep comes before whoever frees what is stale").isZero();
    }

    @Test
    default void whatExecutesIsCountedWhateverTheLimit() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        Draw time = time("2026-03", 100_000, 1_000_000);
        steps().reserve("r1", slot, time);
        Answers.of(ledger().reserve(holdUntil("r2", UNTIL.plusSeconds(60), slot), UNTIL));
        assertThat(List.of(steps().used(slot), steps().used(time))).containsExactly(1L, 60_000L);
        assertThat(steps().extend("r1", 1, UNTIL.plusSeconds(90))).isTrue();
        assertThat(steps().extend("r1", 1, UNTIL.plusSeconds(90))).isTrue();
        assertThat(List.of(steps().used(slot), steps().used(time))).as("beyond the limit, once").containsExactly(2L,
                100_000L);
        assertThat(steps().reserve("r3", slot)).isEqualTo(refused(slot, 2));
        assertThat(steps().lapse(UNTIL.plusSeconds(60))).as("r2").isEqualTo(1);
        assertThat(steps().lapse(UNTIL.plusSeconds(90))).as("it has a lease again").isEqualTo(1);
        assertThat(List.of(steps().used(slot), steps().used(time))).as("kept for longer").containsExactly(0L, 100_000L);
    }

    @Test
    default void aLapsedHoldAskedForAgainIsBegunAnew() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        steps().reserve("r1", slot, hourly(1, 9));
        steps().lapse(UNTIL);
        steps().reserve("r2", slot);
        Hold again = new Hold("r1", 2, Samples.TENANT, List.of(slot, hourly(1, 9)), UNTIL, UNTIL.plusSeconds(60));
        assertThat(Answers.of(ledger().reserve(again, NOW))).isEqualTo(refused(slot, 1));
        assertThat(steps().used(hourly(1, 9))).as("it never executed").isZero();
        steps().settle("r2", 0);
        assertThat(Answers.of(ledger().reserve(again, NOW))).isEqualTo(new Answer.Granted());
        assertThat(List.of(steps().used(slot), steps().used(hourly(1, 9)))).containsExactly(1L, 1L);
        assertThat(steps().lapse(UNTIL)).isZero();
    }

    @Test
    default void aNewerClaimTakesTheHoldOverAndAnOlderOneChangesNothing() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        steps().reserve("r1", slot);
        Answers.of(ledger().reserve(fenced("r1", 2, UNTIL.plusSeconds(10), slot), NOW));
        assertThat(steps().extend("r1", 1, UNTIL.plusSeconds(99))).isFalse();
        assertThat(Answers.of(ledger().reserve(fenced("r1", 1, UNTIL.plusSeconds(99), slot), NOW)))
                .isEqualTo(new Answer.Granted());
        assertThat(steps().lapse(UNTIL.plusSeconds(9))).isZero();
        assertThat(steps().extend("r1", 3, UNTIL.plusSeconds(20))).isTrue();
        assertThat(steps().extend("r1", 2, UNTIL.plusSeconds(99))).isFalse();
        assertThat(steps().lapse(UNTIL.plusSeconds(20))).isEqualTo(1);
        assertThat(steps().extend("r1", 2, UNTIL.plusSeconds(99))).as("nor of what lapsed").isFalse();
        Answers.of(ledger().reserve(fenced("r1", 2, UNTIL.plusSeconds(99), slot), NOW));
        assertThat(steps().used(slot)).isZero();
        assertThat(steps().extend("r1", 3, UNTIL.plusSeconds(99))).isTrue();
        assertThat(steps().used(slot)).isEqualTo(1);
        assertThat(steps().settle("r1", 0)).as("the run's end is anybody's to tell").isTrue();
    }

    @Test
    default void whatIsUsedIsWhatAReservationWouldFind() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        Draw time = time("2026-03", 100_000, 100_000);
        steps().reserve("r1", slot, time, hourly(1, 1));
        Set<Counter> all = Set.of(slot.counter(), time.counter(), hourly(1, 1).counter());
        assertThat(Answers.of(ledger().used(all, UNTIL.minusMillis(1)))).containsEntry(slot.counter(), 1L)
                .containsEntry(time.counter(), 100_000L).containsEntry(hourly(1, 1).counter(), 1L);
        assertThat(Answers.of(ledger().used(all, UNTIL))).containsEntry(slot.counter(), 0L)
                .containsEntry(time.counter(), 60_000L).containsEntry(hourly(1, 1).counter(), 1L);
        assertThat(Answers.of(ledger().reserve(hold("r2", slot, time, hourly(1, 1)), UNTIL))).isEqualTo(
                new Answer.Refused(List.of(new Shortage(time, 60_000), new Shortage(hourly(1, 1), 1))));
        assertThat(Answers.of(ledger().used(all, UNTIL))).as("not taken off twice")
                .containsEntry(time.counter(), 60_000L);
    }

    /** Whatever happens in whatever order, the counters are what the holds hold and the settled kept. */
    @Test
    default void theSumOfTheLedgerIsTheCounter() {
        Random random = new Random(11);
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 7);
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 100_000, 4_000_000);
        Set<String> held = new LinkedHashSet<>();
        Set<String> lapsed = new LinkedHashSet<>();
        Set<String> ended = new LinkedHashSet<>();
        long spent = 0;
        for (int i = 0; i < 600; i++) {
            String id = "r" + random.nextInt(i / 10, i / 10 + 12);
            long counted = spent + 100_000L * held.size() + 60_000L * lapsed.size();
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    int billable = random.nextInt(150_000);
                    if (steps().settle(id, billable)) {
                        assertThat(held.remove(id) || lapsed.remove(id)).isTrue();
                        ended.add(id);
                        spent += billable;
                    }
                }
                case 2 -> {
                    boolean open = held.remove(id) || lapsed.remove(id);
                    assertThat(Answers.of(ledger().giveBack(id))).isEqualTo(open);
                    if (open) {
                        ended.add(id);
                    }
                }
                case 3 -> {
                    assertThat(steps().extend(id, 1, UNTIL)).isEqualTo(held.contains(id) || lapsed.contains(id));
                    if (lapsed.remove(id)) {
                        held.add(id);
                    }
                }
                case 4 -> {
                    assertThat(steps().lapse(UNTIL)).isEqualTo(held.size());
                    lapsed.addAll(held);
                    held.clear();
                }
                default -> {
                    long own = lapsed.contains(id) ? 60_000 : 0;
                    boolean known = held.contains(id) || ended.contains(id);
                    boolean fits = known || (held.size() < 7 && counted - own <= 3_900_000);
                    assertThat(steps().reserve(id, slot, time) instanceof Answer.Granted).isEqualTo(fits);
                    lapsed.remove(id);
                    if (fits && !known) {
                        held.add(id);
                    }
                }
            }
            assertThat(List.of(steps().used(slot), steps().used(time))).containsExactly((long) held.size(),
                    spent + 100_000L * held.size() + 60_000L * lapsed.size());
        }
        assertThat(List.of(held.size(), lapsed.size(), ended.size())).as("all of it happened")
                .allMatch(size -> size > 0);
    }

    private LedgerSteps steps() {
        return new LedgerSteps(ledger());
    }
}
