package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger;
import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.feature.quota.Ledger.Shortage;
import dev.weir.feature.quota.Scope;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link Ledger} does; time is what the calls say it is. */
public interface LedgerContract {
    Instant NOW = Instant.parse("2026-03-01T12:30:00Z");
    Instant UNTIL = NOW.plusSeconds(60);
    Scope TENANT = Scope.of(Samples.TENANT);
    Scope STAGE = Scope.of(Samples.STAGE);

    /** An empty ledger, the same one throughout a test. */
    Ledger ledger();

    @Test
    default void twoHundredAtOnceAgainstFiftyAdmitExactlyFifty() {
        List<Answer> answers = Answers.atOnce(200, i -> ledger().reserve(hold("r" + i, hourly(1, 50)), NOW));
        assertThat(answers.stream().filter(Answer.Granted.class::isInstance)).hasSize(50);
        assertThat(used(hourly(1, 50))).isEqualTo(50);
    }

    @Test
    default void theMostConstrainedDimensionDecidesAlsoForManyAtOnce() {
        Draw tenant = hourly(1, 80);
        Draw stage = draw(STAGE, Dimension.RUNS_PER_HOUR, 1, 30);
        Draw concurrent = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 40);
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 1000, 1_000_000);
        List<Answer> answers = Answers.atOnce(200,
                i -> ledger().reserve(hold("r" + i, tenant, stage, concurrent, time), NOW));
        assertThat(answers.stream().filter(Answer.Granted.class::isInstance)).hasSize(30);
        assertThat(List.of(used(tenant), used(stage), used(concurrent), used(time))).containsExactly(30L, 30L, 30L,
                30_000L);
    }

    @Test
    default void aLimitOfNothingAdmitsNothingEvenFirst() {
        assertThat(reserve("r1", hourly(1, 0))).isEqualTo(refused(hourly(1, 0), 0));
        assertThat(used(hourly(1, 0))).isZero();
        assertThat(reserve("r2", hourly(5, 4))).as("more than there ever is").isEqualTo(refused(hourly(5, 4), 0));
        assertThat(reserve("r3", hourly(4, 4))).isEqualTo(new Answer.Granted());
    }

    @Test
    default void aRefusalTakesNothingAndNamesEveryShortage() {
        Draw free = hourly(1, 10);
        Draw none = draw(STAGE, Dimension.RUNS_PER_DAY, 1, 0);
        Draw little = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 5000, 4999);
        assertThat(reserve("r1", free, none, little))
                .isEqualTo(new Answer.Refused(List.of(new Shortage(none, 0), new Shortage(little, 0))));
        assertThat(List.of(used(free), used(none), used(little))).containsOnly(0L);
        assertThat(Answers.of(ledger().giveBack("r1"))).as("there is no hold").isFalse();
    }

    @Test
    default void aNewPeriodBeginsAnewAndWhatIsSettledLateIsOfTheOld() {
        Draw noon = time("2026-03", 1000, 1000);
        Draw next = time("2026-04", 1000, 1000);
        assertThat(reserve("r1", noon)).isEqualTo(new Answer.Granted());
        assertThat(reserve("r2", noon)).isEqualTo(refused(noon, 1000));
        assertThat(reserve("r3", next)).isEqualTo(new Answer.Granted());
        assertThat(settle("r1", 300)).isTrue();
        assertThat(List.of(used(noon), used(next))).containsExactly(300L, 1000L);
    }

    @Test
    default void scopesAndTenantsDoNotShare() {
        Draw other = draw(Scope.of(Samples.OTHER_TENANT), Dimension.RUNS_PER_HOUR, 1, 1);
        assertThat(reserve("r1", hourly(1, 1))).isEqualTo(new Answer.Granted());
        assertThat(reserve("r2", draw(STAGE, Dimension.RUNS_PER_HOUR, 1, 1))).isEqualTo(new Answer.Granted());
        assertThat(Answers.of(ledger().reserve(new Hold("r3", Samples.OTHER_TENANT, List.of(other), UNTIL), NOW)))
                .isEqualTo(new Answer.Granted());
        assertThat(reserve("r4", hourly(1, 1))).isEqualTo(refused(hourly(1, 1), 1));
    }

    @Test
    default void aHoldIsMadeOnceHoweverOftenItIsAskedFor() {
        assertThat(Answers.atOnce(40, i -> ledger().reserve(hold("r1", hourly(1, 1)), NOW)))
                .containsOnly(new Answer.Granted());
        assertThat(used(hourly(1, 1))).isEqualTo(1);
        assertThat(reserve("r1", hourly(1, 0))).as("held already, whatever the limit is now")
                .isEqualTo(new Answer.Granted());
    }

    @Test
    default void aRunSettlesOnceAndKeepsWhatItTook() {
        Draw concurrent = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 5);
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 60_000, 100_000);
        reserve("r1", hourly(1, 5), concurrent, time);
        assertThat(Answers.atOnce(20, i -> ledger().settle("r1", Duration.ofMillis(1234))).stream()
                .filter(Boolean::booleanValue)).hasSize(1);
        assertThat(Answers.of(ledger().giveBack("r1"))).isFalse();
        assertThat(List.of(used(hourly(1, 5)), used(concurrent), used(time))).containsExactly(1L, 0L, 1234L);
    }

    @Test
    default void noRunIsBilledMoreThanItReserved() {
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 1000, 1000);
        reserve("r1", time);
        settle("r1", 5000);
        assertThat(used(time)).isEqualTo(1000);
    }

    @Test
    default void whatWasNotUsedIsGivenBackOnce() {
        Draw concurrent = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 5);
        reserve("r1", hourly(1, 5), concurrent);
        reserve("r2", hourly(1, 5), concurrent);
        assertThat(Answers.atOnce(20, i -> ledger().giveBack("r1")).stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(settle("r1", 1)).isFalse();
        assertThat(List.of(used(hourly(1, 5)), used(concurrent))).containsExactly(1L, 1L);
        assertThat(reserve("r1", hourly(1, 5), concurrent)).as("it may come again").isEqualTo(new Answer.Granted());
        assertThat(used(concurrent)).isEqualTo(2);
    }

    @Test
    default void whatTheDeadHeldIsFreeAtTheNextReservation() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        reserve("r1", slot);
        assertThat(Answers.of(ledger().reserve(hold("r2", slot), UNTIL.minusMillis(1)))).isEqualTo(refused(slot, 1));
        assertThat(Answers.of(ledger().reserve(holdUntil("r2", UNTIL.plusSeconds(60), slot), UNTIL)))
                .isEqualTo(new Answer.Granted());
        assertThat(Answers.of(ledger().extend("r1", UNTIL.plusSeconds(99)))).as("lost").isFalse();
        assertThat(settle("r1", 1)).isFalse();
        assertThat(used(slot)).isEqualTo(1);
    }

    @Test
    default void aSweepTakesBackOldestFirst() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 9);
        for (int i = 0; i < 5; i++) {
            Answers.of(ledger().reserve(holdUntil("r" + i, UNTIL.plusSeconds(i), slot), NOW));
        }
        assertThat(Answers.of(ledger().lapse(UNTIL.minusSeconds(1), 10))).isZero();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(3), 2))).isEqualTo(2);
        assertThat(settle("r1", 0)).isFalse();
        assertThat(settle("r2", 0)).as("its lease ended, but nobody took it back").isTrue();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(3), 10))).isEqualTo(1);
        assertThat(used(slot)).isEqualTo(1);
    }

    @Test
    default void anExtendedHoldStays() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        reserve("r1", slot);
        assertThat(Answers.of(ledger().extend("r1", UNTIL.plusSeconds(60)))).isTrue();
        assertThat(Answers.of(ledger().extend("r1", UNTIL))).as("a late and shorter one changes nothing").isTrue();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(59), 10))).isZero();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(60), 10))).isEqualTo(1);
        assertThat(Answers.of(ledger().extend("unknown", UNTIL))).isFalse();
    }

    @Test
    default void toAskAgainExtendsToo() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        reserve("r1", slot);
        Answers.of(ledger().reserve(holdUntil("r1", UNTIL.plusSeconds(60), slot), NOW.plusSeconds(30)));
        assertThat(Answers.of(ledger().lapse(UNTIL, 10))).isZero();
    }

    @Test
    default void whatExecutesAlreadyIsCountedWhateverTheLimit() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        reserve("r1", slot, hourly(1, 1));
        assertThat(restore("r1", slot, hourly(1, 1))).as("its hold is there").isTrue();
        assertThat(List.of(used(slot), used(hourly(1, 1)))).containsExactly(1L, 1L);
        assertThat(restore("r2", slot, hourly(1, 1))).isFalse();
        assertThat(restore("r2", slot, hourly(1, 1))).isTrue();
        assertThat(List.of(used(slot), used(hourly(1, 1)))).as("beyond the limit, once").containsExactly(2L, 2L);
        assertThat(reserve("r3", slot)).isEqualTo(refused(slot, 2));
        settle("r1", 0);
        assertThat(reserve("r3", slot)).isEqualTo(refused(slot, 1));
        settle("r2", 0);
        assertThat(reserve("r3", slot)).isEqualTo(new Answer.Granted());
        assertThat(restore("r4", draw(TENANT, Dimension.RUNS_PER_DAY, 1, 0))).as("even of nothing").isFalse();
        assertThat(used(draw(TENANT, Dimension.RUNS_PER_DAY, 1, 0))).isEqualTo(1);
    }

    @Test
    default void aShareTakenAgainHasALeaseToo() {
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 1);
        reserve("r1", slot);
        assertThat(Answers.of(ledger().lapse(UNTIL, 9))).isEqualTo(1);
        assertThat(Answers.of(ledger().restore(holdUntil("r1", UNTIL.plusSeconds(60), slot), UNTIL))).isFalse();
        assertThat(Answers.of(ledger().restore(holdUntil("r1", UNTIL.plusSeconds(90), slot), UNTIL))).isTrue();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(89), 9))).isZero();
        assertThat(Answers.of(ledger().lapse(UNTIL.plusSeconds(90), 9))).isEqualTo(1);
        assertThat(used(slot)).isZero();
    }

    @Test
    default void aLoweredLimitRefusesUntilEnoughIsGivenBack() {
        for (int i = 0; i < 4; i++) {
            reserve("r" + i, hourly(1, 4));
        }
        assertThat(reserve("x", hourly(1, 2))).isEqualTo(refused(hourly(1, 2), 4));
        Answers.of(ledger().giveBack("r0"));
        Answers.of(ledger().giveBack("r1"));
        assertThat(reserve("x", hourly(1, 2))).isEqualTo(refused(hourly(1, 2), 2));
        Answers.of(ledger().giveBack("r2"));
        assertThat(reserve("x", hourly(1, 2))).isEqualTo(new Answer.Granted());
    }

    @Test
    default void hugeLimitsAndAmountsDoNotOverflow() {
        Draw huge = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, Draw.MOST, Long.MAX_VALUE);
        assertThat(reserve("r1", huge)).isEqualTo(new Answer.Granted());
        assertThat(reserve("r2", huge)).isEqualTo(new Answer.Granted());
        assertThat(used(huge)).isEqualTo(2 * Draw.MOST);
    }

    /** Whatever happens in whatever order, the counters are what the holds hold and the settled kept. */
    @Test
    default void theSumOfTheLedgerIsTheCounter() {
        Random random = new Random(11);
        List<String> held = new ArrayList<>();
        Draw slot = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 7);
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 1000, 20_000);
        long spent = 0;
        for (int i = 0; i < 300; i++) {
            String id = "r" + random.nextInt(12);
            int billable = random.nextInt(1000);
            switch (random.nextInt(4)) {
                case 0 -> spent += settle(id, billable) && held.remove(id) ? billable : 0;
                case 1 -> assertThat(Answers.of(ledger().giveBack(id))).isEqualTo(held.remove(id));
                default -> {
                    boolean fits = held.contains(id)
                            || (held.size() < 7 && spent + 1000L * held.size() <= 19_000);
                    assertThat(reserve(id, slot, time) instanceof Answer.Granted).isEqualTo(fits);
                    if (fits && !held.contains(id)) {
                        held.add(id);
                    }
                }
            }
            assertThat(List.of(used(slot), used(time))).containsExactly((long) held.size(),
                    spent + 1000L * held.size());
        }
        assertThat(Answers.of(ledger().lapse(UNTIL, 100))).isEqualTo(held.size());
        assertThat(List.of(used(slot), used(time))).containsExactly(0L, spent);
    }

    private Answer reserve(String id, Draw... draws) {
        return Answers.of(ledger().reserve(hold(id, draws), NOW));
    }

    private boolean restore(String id, Draw... draws) {
        return Answers.of(ledger().restore(hold(id, draws), NOW));
    }

    private boolean settle(String id, long millis) {
        return Answers.of(ledger().settle(id, Duration.ofMillis(millis)));
    }

    private long used(Draw draw) {
        return Answers.of(ledger().used(Set.of(draw.counter()))).get(draw.counter());
    }

    private static Answer refused(Draw draw, long used) {
        return new Answer.Refused(List.of(new Shortage(draw, used)));
    }

    private static Hold hold(String id, Draw... draws) {
        return holdUntil(id, UNTIL, draws);
    }

    private static Hold holdUntil(String id, Instant until, Draw... draws) {
        return new Hold(id, Samples.TENANT, List.of(draws), until);
    }

    private static Draw hourly(long amount, long limit) {
        return draw(TENANT, Dimension.RUNS_PER_HOUR, amount, limit);
    }

    private static Draw time(String month, long amount, long limit) {
        return new Draw(new Counter(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, month), amount, limit);
    }

    private static Draw draw(Scope scope, Dimension dimension, long amount, long limit) {
        return new Draw(new Counter(scope, dimension, dimension.period(NOW)), amount, limit);
    }
}
