package dev.weir.contract;

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
import java.util.List;
import java.util.Set;

/** What tests of a {@link Ledger} say often. Holds are of {@link #NOW}, and stale from {@link #UNTIL} on. */
record LedgerSteps(Ledger ledger) {
    static final Instant NOW = Instant.parse("2026-03-01T12:30:00Z");
    static final Instant UNTIL = NOW.plusSeconds(60);
    static final Scope TENANT = Scope.of(Samples.TENANT);
    static final Scope STAGE = Scope.of(Samples.STAGE);

    Answer reserve(String id, Draw... draws) {
        return Answers.of(ledger.reserve(hold(id, draws), NOW));
    }

    boolean extend(String id, long fence, Instant until) {
        return Answers.of(ledger.extend(id, fence, until));
    }

    int lapse(Instant stale) {
        return Answers.of(ledger.lapse(stale, 1000));
    }

    boolean settle(String id, long millis) {
        return Answers.of(ledger.settle(id, Duration.ofMillis(millis)));
    }

    long used(Draw draw) {
        return Answers.of(ledger.used(Set.of(draw.counter()), Instant.EPOCH)).get(draw.counter());
    }

    static Answer refused(Draw draw, long used) {
        return new Answer.Refused(List.of(new Shortage(draw, used)));
    }

    static Hold hold(String id, Draw... draws) {
        return holdUntil(id, UNTIL, draws);
    }

    static Hold holdUntil(String id, Instant until, Draw... draws) {
        return fenced(id, 1, until, draws);
    }

    static Hold fenced(String id, long fence, Instant until, Draw... draws) {
        return new Hold(id, fence, Samples.TENANT, List.of(draws), NOW, until);
    }

    static Draw hourly(long amount, long limit) {
        return draw(TENANT, Dimension.RUNS_PER_HOUR, amount, limit);
    }

    static Draw time(String month, long amount, long limit) {
        return new Draw(new Counter(TENANT, Dimension.BILLABLE_TIME_PER_MONTH, month), amount, limit);
    }

    static Draw draw(Scope scope, Dimension dimension, long amount, long limit) {
        return new Draw(new Counter(scope, dimension, dimension.period(NOW)), amount, limit);
    }
}
