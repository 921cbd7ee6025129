package dev.weir.contract;

import static dev.weir.contract.LedgerSteps.NOW;
import static dev.weir.contract.LedgerSteps.STAGE;
import static dev.weir.contract.LedgerSteps.TENANT;
import static dev.weir.contract.LedgerSteps.UNTIL;
import static dev.weir.contract.LedgerSteps.draw;
import static dev.weir.contract.LedgerSteps.hold;
import static dev.weir.contract.LedgerSteps.hourly;
import static dev.weir.contract.LedgerSteps.refused;
import static dev.weir.contract.LedgerSteps.time;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger;
import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.feature.quota.Ledger.Shortage;
import dev.weir.feature.quota.Scope;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How every {@link Ledger} counts and refuses; time is what the calls say it is. */
public interface LedgerContract {
    /** An empty ledger, the same one throughout a test. */
    Ledger ledger();

    @Test
    default void twoHundredAtOnceAgainstFiftyAdmitExactlyFifty() {
        List<Answer> answers = Answers.atOnce(200, i -> ledger().reserve(hold("r" + i, hourly(1, 50)), NOW));
        assertThat(answers.stream().filter(Answer.Granted.class::isInstance)).hasSize(50);
        assertThat(steps().used(hourly(1, 50))).isEqualTo(50);
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
        assertThat(List.of(steps().used(tenant), steps().used(stage), steps().used(concurrent), steps().used(time)))
                .containsExactly(30L, 30L, 30L,
                        30_000L);
    }

    @Test
    default void aLimitOfNothingAdmitsNothingEvenFirst() {
        assertThat(steps().reserve("r1", hourly(1, 0))).isEqualTo(refused(hourly(1, 0), 0));
        assertThat(steps().used(hourly(1, 0))).isZero();
        assertThat(steps().reserve("r2", hourly(5, 4))).as("more than there ever is")
                .isEqualTo(refused(hourly(5, 4), 0));
        assertThat(steps().reserve("r3", hourly(4, 4))).isEqualTo(new Answer.Granted());
    }

    @Test
    default void aRefusalTakesNothingAndNamesEveryShortage() {
        Draw free = hourly(1, 10);
        Draw none = draw(STAGE, Dimension.RUNS_PER_DAY, 1, 0);
        Draw little = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 5000, 4999);
        assertThat(steps().reserve("r1", free, none, little))
                .isEqualTo(new Answer.Refused(List.of(new Shortage(none, 0), new Shortage(little, 0))));
        assertThat(List.of(steps().used(free), steps().used(none), steps().used(little))).containsOnly(0L);
        assertThat(Answers.of(ledger().giveBack("r1"))).as("there is no hold").isFalse();
    }

    @Test
    default void aNewPeriodBeginsAnewAndWhatIsSettledLateIsOfTheOld() {
        Draw noon = time("2026-03", 1000, 1000);
        Draw next = time("2026-04", 1000, 1000);
        assertThat(steps().reserve("r1", noon)).isEqualTo(new Answer.Granted());
        assertThat(steps().reserve("r2", noon)).isEqualTo(refused(noon, 1000));
        assertThat(steps().reserve("r3", next)).isEqualTo(new Answer.Granted());
        assertThat(steps().settle("r1", 300)).isTrue();
        assertThat(List.of(steps().used(noon), steps().used(next))).containsExactly(300L, 1000L);
    }

    @Test
    default void scopesAndTenantsDoNotShare() {
        Draw other = draw(Scope.of(Samples.OTHER_TENANT), Dimension.RUNS_PER_HOUR, 1, 1);
        assertThat(steps().reserve("r1", hourly(1, 1))).isEqualTo(new Answer.Granted());
        assertThat(steps().reserve("r2", draw(STAGE, Dimension.RUNS_PER_HOUR, 1, 1))).isEqualTo(new Answer.Granted());
        assertThat(
                Answers.of(ledger().reserve(new Hold("r3", 1, Samples.OTHER_TENANT, List.of(other), NOW, UNTIL), NOW)))
                .isEqualTo(new Answer.Granted());
        assertThat(steps().reserve("r4", hourly(1, 1))).isEqualTo(refused(hourly(1, 1), 1));
    }

    @Test
    default void aHoldIsMadeOnceHoweverOftenItIsAskedFor() {
        assertThat(Answers.atOnce(40, i -> ledger().reserve(hold("r1", hourly(1, 1)), NOW)))
                .containsOnly(new Answer.Granted());
        assertThat(steps().used(hourly(1, 1))).isEqualTo(1);
        assertThat(steps().reserve("r1", hourly(1, 0))).as("held already, whatever the limit is now")
                .isEqualTo(new Answer.Granted());
    }

    @Test
    default void aRunSettlesOnceAndKeepsWhatItTook() {
        Draw concurrent = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 5);
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 60_000, 100_000);
        steps().reserve("r1", hourly(1, 5), concurrent, time);
        assertThat(Answers.atOnce(20, i -> ledger().settle("r1", Duration.ofMillis(1234))).stream()
                .filter(Boolean::booleanValue)).hasSize(1);
        assertThat(Answers.of(ledger().giveBack("r1"))).isFalse();
        assertThat(List.of(steps().used(hourly(1, 5)), steps().used(concurrent), steps().used(time)))
                .containsExactly(1L, 0L, 1234L);
    }

    @Test
    default void whatARunTookIsChargedAlsoBeyondWhatItReserved() {
        Draw time = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 1000, 2000);
        steps().reserve("r1", time);
        steps().settle("r1", 5000);
        assertThat(steps().used(time)).isEqualTo(5000);
        assertThat(steps().reserve("r2", time)).isEqualTo(refused(time, 5000));
    }

    @Test
    default void whatWasNotUsedIsGivenBackOnce() {
        Draw concurrent = draw(TENANT, Dimension.CONCURRENT_RUNS, 1, 5);
        steps().reserve("r1", hourly(1, 5), concurrent);
        steps().reserve("r2", hourly(1, 5), concurrent);
        assertThat(Answers.atOnce(20, i -> ledger().giveBack("r1")).stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(steps().settle("r1", 1)).isFalse();
        assertThat(List.of(steps().used(hourly(1, 5)), steps().used(concurrent))).containsExactly(1L, 1L);
    }

    @Test
    default void aLoweredLimitRefusesUntilEnoughIsGivenBack() {
        for (int i = 0; i < 4; i++) {
            steps().reserve("r" + i, hourly(1, 4));
        }
        assertThat(steps().reserve("x", hourly(1, 2))).isEqualTo(refused(hourly(1, 2), 4));
        Answers.of(ledger().giveBack("r0"));
        Answers.of(ledger().giveBack("r1"));
        assertThat(steps().reserve("x", hourly(1, 2))).isEqualTo(refused(hourly(1, 2), 2));
        Answers.of(ledger().giveBack("r2"));
        assertThat(steps().reserve("x", hourly(1, 2))).isEqualTo(new Answer.Granted());
    }

    @Test
    default void hugeLimitsAndAmountsDoNotOverflow() {
        Draw huge = draw(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, Draw.MOST, Long.MAX_VALUE);
        assertThat(steps().reserve("r1", huge)).isEqualTo(new Answer.Granted());
        assertThat(steps().reserve("r2", huge)).isEqualTo(new Answer.Granted());
        assertThat(steps().used(huge)).isEqualTo(2 * Draw.MOST);
    }

    private LedgerSteps steps() {
        return new LedgerSteps(ledger());
    }
}
