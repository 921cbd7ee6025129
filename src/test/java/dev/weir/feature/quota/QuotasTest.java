package dev.weir.feature.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.quota.Admission.Admitted;
import dev.weir.feature.quota.Admission.Throttled;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryLedger;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotasTest {
    private static final Scope TENANT = Scope.of(Samples.TENANT);
    private static final Scope STAGE = Scope.of(Samples.STAGE);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final HandClock clock = new HandClock();
    private final Map<Scope, Limits> book = new HashMap<>();
    private final Quotas quotas = new Quotas(new MemoryLedger(),
            scope -> Future.succeededFuture(book.getOrDefault(scope, Limits.NONE)), clock, LEASE);

    @Test
    void whereNothingIsLimitedEverythingRuns() {
        assertThat(admit()).isEqualTo(new Admitted());
        assertThat(Answers.of(quotas.view(TENANT))).isEmpty();
    }

    @Test
    void aWindowThatIsUsedUpSaysWhenItBeginsAnew() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 1L));
        clock.advance(Duration.ofMinutes(47).plusMillis(1));
        RunId first = RunId.create(clock.instant());
        assertThat(Answers.of(quotas.admit(first, 1, Samples.STAGE, TIMEOUT))).isEqualTo(new Admitted());
        Answers.of(quotas.settle(first, Duration.ZERO));
        assertThat(admit()).isEqualTo(new Throttled("runs_per_hour of the tenant: 1 of 1 used, 1 needed",
                Duration.ofMinutes(13), true));
        clock.advance(Duration.ofMinutes(13).minusMillis(2));
        assertThat(admit()).isInstanceOfSatisfying(Throttled.class,
                refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
        clock.advance(Duration.ofMillis(1));
        assertThat(admit()).as("the next hour").isEqualTo(new Admitted());
    }

    @Test
    void everyLimitThatIsShortIsNamedAndTheLongestWaitCounts() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 1L, Dimension.RUNS_PER_DAY, 9L));
        limit(STAGE, Map.of(Dimension.BILLABLE_TIME_PER_MONTH, 179_999L));
        admit();
        assertThat(admit()).isInstanceOfSatisfying(Throttled.class, refused -> {
            assertThat(refused.detail()).isEqualTo("concurrent_runs of the tenant: 1 of 1 used, 1 needed; "
                    + "billable_minutes_per_month of the stage: 1.5 of 2.999 used, 1.5 needed");
            assertThat(refused.retryAfter()).isEqualTo(Duration.between(clock.instant(),
                    Instant.parse("2026-04-01T00:00:00Z")));
            assertThat(refused.waitingHelps()).isTrue();
        });
    }

    @Test
    void whereNoWaitingHelpsTheAnswerSaysSo() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 0L));
        assertThat(admit()).isEqualTo(new Throttled("concurrent_runs of the tenant: 0 of 0 used, 1 needed, more than"
                + " the limit: no waiting helps", Duration.ofHours(1), false));
        limit(TENANT, Map.of(Dimension.BILLABLE_TIME_PER_MONTH, 89_999L, Dimension.RUNS_PER_DAY, 9L));
        assertThat(admit()).isEqualTo(new Throttled("billable_minutes_per_month of the tenant: 0 of 1.499 used, 1.5"
                + " needed, more than the limit: no waiting helps",
                Duration.between(clock.instant(), Instant.parse("2026-04-01T00:00:00Z")), false));
    }

    @Test
    void aLimitSetLaterHoldsAtOnce() {
        admit();
        admit();
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 2L, Dimension.BILLABLE_TIME_PER_MONTH, 900_000L));
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).containsExactly(180_000L, 2L);
        assertThat(Answers.of(quotas.foresee(Samples.STAGE, TIMEOUT))).isInstanceOf(Throttled.class);
        assertThat(admit()).isInstanceOf(Throttled.class);
    }

    @Test
    void aStageThatHasALimitIsCountedInFull() {
        limit(STAGE, Map.of(Dimension.RUNS_PER_DAY, 9L));
        admit();
        limit(STAGE, Map.of(Dimension.CONCURRENT_RUNS, 1L));
        assertThat(Answers.of(quotas.view(STAGE))).map(Allowance::used).containsExactly(1L);
        assertThat(admit()).isInstanceOf(Throttled.class);
        limit(STAGE, Map.of());
        assertThat(Answers.of(quotas.view(STAGE))).isEmpty();
        assertThat(admit()).isEqualTo(new Admitted());
    }

    @Test
    void aFullHouseIsWorthAnotherLookSoon() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 1L));
        RunId first = RunId.create(clock.instant());
        Answers.of(quotas.admit(first, 1, Samples.STAGE, TIMEOUT));
        assertThat(admit()).isInstanceOfSatisfying(Throttled.class,
                refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
        assertThat(Answers.of(quotas.settle(first, Duration.ofSeconds(1)))).isTrue();
        assertThat(admit()).isEqualTo(new Admitted());
    }

    @Test
    void aStageHasItsOwnLimitBelowTheTenants() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 3L));
        limit(STAGE, Map.of(Dimension.RUNS_PER_HOUR, 1L));
        StageRef other = new StageRef(Samples.TENANT, "hello", "test");
        assertThat(List.of(admit(Samples.STAGE), admit(Samples.STAGE), admit(other), admit(other), admit(other)))
                .map(Object::getClass).isEqualTo(List.of(Admitted.class, Throttled.class, Admitted.class,
                        Admitted.class, Throttled.class));
    }

    @Test
    void aGatewayThatDiesLeaksNoPlaceAndOneThatLivesKeepsItsShare() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 2L));
        RunId living = RunId.create(clock.instant());
        Answers.of(quotas.admit(living, 1, Samples.STAGE, TIMEOUT));
        admit();
        clock.advance(LEASE.minusSeconds(1));
        assertThat(Answers.of(quotas.extend(living, 1))).isTrue();
        clock.advance(LEASE);
        assertThat(admit()).as("the lease again, for who is only asleep").isInstanceOf(Throttled.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(Answers.of(quotas.foresee(Samples.STAGE, TIMEOUT))).isEqualTo(new Admitted());
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).containsExactly(1L);
        assertThat(admit()).isEqualTo(new Admitted());
        assertThat(admit()).isInstanceOf(Throttled.class);
    }

    @Test
    void aRunThatGoesOnAfterItsShareLapsedHasItAgainAndIsChargedWhatItTook() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 1L, Dimension.RUNS_PER_DAY, 9L,
                Dimension.BILLABLE_TIME_PER_MONTH, 900_000L));
        RunId asleep = RunId.create(clock.instant());
        Answers.of(quotas.admit(asleep, 1, Samples.STAGE, TIMEOUT));
        clock.advance(LEASE.multipliedBy(2));
        assertThat(Answers.of(quotas.sweep(10))).isEqualTo(1);
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).as("it may have run for a lease")
                .containsExactly(1L, 30_000L, 0L);
        admit();
        assertThat(Answers.of(quotas.extend(asleep, 1))).isTrue();
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).containsExactly(2L, 180_000L, 2L);
        clock.advance(LEASE.multipliedBy(2));
        Answers.of(quotas.sweep(10));
        assertThat(Answers.of(quotas.settle(asleep, Duration.ofSeconds(80)))).isTrue();
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).containsExactly(2L, 110_000L, 0L);
    }

    @Test
    void aRunAskedForAgainAfterATakeoverHoldsOneShareAndTheFormerOwnerNone() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 1L));
        RunId run = RunId.create(clock.instant());
        assertThat(Answers.of(quotas.admit(run, 1, Samples.STAGE, TIMEOUT))).isEqualTo(new Admitted());
        assertThat(Answers.of(quotas.admit(run, 2, Samples.STAGE, TIMEOUT))).isEqualTo(new Admitted());
        assertThat(Answers.of(quotas.extend(run, 1))).isFalse();
        assertThat(Answers.of(quotas.extend(run, 2))).isTrue();
        assertThat(Answers.of(quotas.giveBack(run))).isTrue();
        assertThat(Answers.of(quotas.extend(run, 2))).isFalse();
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::used).containsExactly(0L);
    }

    @Test
    void theViewShowsLimitUsedLeftAndReset() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 5L, Dimension.RUNS_PER_HOUR, 10L,
                Dimension.BILLABLE_TIME_PER_MONTH, 600_000L));
        admit();
        RunId second = RunId.create(clock.instant());
        Answers.of(quotas.admit(second, 1, Samples.STAGE, TIMEOUT));
        Answers.of(quotas.settle(second, Duration.ofSeconds(7)));
        assertThat(Answers.of(quotas.view(TENANT))).containsExactly(
                new Allowance(TENANT, Dimension.RUNS_PER_HOUR, 10, 2,
                        Optional.of(Instant.parse("2026-03-01T13:00:00Z"))),
                new Allowance(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, 600_000, 97_000,
                        Optional.of(Instant.parse("2026-04-01T00:00:00Z"))),
                new Allowance(TENANT, Dimension.CONCURRENT_RUNS, 5, 1, Optional.empty()));
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 1L));
        assertThat(Answers.of(quotas.view(TENANT))).map(Allowance::left).containsExactly(0L);
    }

    @Test
    void toForeseeHoldsNothing() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 1L));
        assertThat(Answers.of(quotas.foresee(Samples.STAGE, TIMEOUT))).isEqualTo(new Admitted());
        assertThat(admit()).isEqualTo(new Admitted());
        Admission foreseen = Answers.of(quotas.foresee(Samples.STAGE, TIMEOUT));
        assertThat(foreseen).isInstanceOf(Throttled.class).isEqualTo(admit());
    }

    @Test
    void withoutTheBookNothingRuns() {
        Quotas closed = new Quotas(new MemoryLedger(), _ -> Future.failedFuture("away"), clock, LEASE);
        assertThatThrownBy(() -> Answers.of(closed.admit(RunId.create(clock.instant()), 1, Samples.STAGE, TIMEOUT)))
                .hasMessage("away");
        assertThatThrownBy(() -> new Limits(Map.of(Dimension.RUNS_PER_DAY, -1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"RUNS_PER_HOUR,2026-12-31T23:59:59.999Z,2026-12-31T23,2027-01-01T00:00:00Z",
        "RUNS_PER_HOUR,2026-03-01T00:00:00Z,2026-03-01T00,2026-03-01T01:00:00Z",
        "RUNS_PER_DAY,2028-02-29T12:00:00Z,2028-02-29,2028-03-01T00:00:00Z",
        "BILLABLE_TIME_PER_MONTH,2026-01-31T23:59:59Z,2026-01,2026-02-01T00:00:00Z",
        "BILLABLE_TIME_PER_MONTH,2026-12-01T00:00:00Z,2026-12,2027-01-01T00:00:00Z",
        "CONCURRENT_RUNS,2026-12-01T00:00:00Z,,"})
    void periodsAreThoseOfUtc(Dimension dimension, Instant now, String period, Instant reset) {
        assertThat(dimension.period(now)).isEqualTo(period == null ? "" : period);
        assertThat(dimension.reset(now)).isEqualTo(Optional.ofNullable(reset));
    }

    private void limit(Scope scope, Map<Dimension, Long> limits) {
        book.put(scope, new Limits(limits));
    }

    private Admission admit() {
        return admit(Samples.STAGE);
    }

    private Admission admit(StageRef stage) {
        return Answers.of(quotas.admit(RunId.create(clock.instant()), 1, stage, TIMEOUT));
    }
}
