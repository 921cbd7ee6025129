package dev.weir.feature.quota;

import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.feature.quota.Ledger.Shortage;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The gate before every execution, whatever started it. Limits hold for the tenant and, where there are any, for the stage. A failure of the
 * ledger or of the book of limits is the future's: whoever asks must then not execute.
 */
public final class Quotas {
    private final Ledger ledger;
    private final Limits.Book limits;
    private final InstantSource clock;
    private final Duration lease;

    /** @param lease how long a hold outlives a gateway that stopped extending it */
    public Quotas(Ledger ledger, Limits.Book limits, InstantSource clock, Duration lease) {
        this.ledger = ledger;
        this.limits = limits;
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * Asks for a run that may take {@code timeout}. To ask again for a run that holds its share already changes nothing. Where nothing is
     * limited nothing is held.
     */
    public Future<Admission> admit(RunId run, StageRef stage, Duration timeout) {
        Instant now = clock.instant();
        return draws(stage, timeout, now).compose(draws -> draws.isEmpty()
                ? Future.succeededFuture(new Admission.Admitted())
                : ledger.reserve(hold(run, stage, draws, now), now).map(answer -> switch (answer) {
                    case Answer.Granted _ -> new Admission.Admitted();
                    case Answer.Refused refused -> Admission.Throttled.of(refused.shortages(), now);
                }));
    }

    /**
     * Keeps, or takes again, the share of a run that was admitted once and is executing, whatever the limits are by now: counters say what
     * is, and new runs stay refused while they are beyond a limit.
     */
    public Future<Void> resume(RunId run, StageRef stage, Duration timeout) {
        Instant now = clock.instant();
        return draws(stage, timeout, now).compose(draws -> draws.isEmpty()
                ? Future.succeededFuture()
                : ledger.restore(hold(run, stage, draws, now), now).mapEmpty());
    }

    /** What {@link #admit} would say now, without holding anything. */
    public Future<Admission> foresee(StageRef stage, Duration timeout) {
        Instant now = clock.instant();
        return draws(stage, timeout, now).compose(draws -> {
            Set<Counter> counters = draws.stream().map(Draw::counter).collect(Collectors.toSet());
            return ledger.used(counters).map(used -> verdict(draws, used, now));
        });
    }

    /** Keeps the run's share for another lease; false if it has none, and is to be resumed. */
    public Future<Boolean> extend(RunId run) {
        return ledger.extend(run.value(), clock.instant().plus(lease));
    }

    /** The run executed and ended; false if that is known already, or its share was lost. */
    public Future<Boolean> settle(RunId run, Duration billable) {
        return ledger.settle(run.value(), billable);
    }

    /** The run did not execute; false if that is known already. */
    public Future<Boolean> giveBack(RunId run) {
        return ledger.giveBack(run.value());
    }

    /** Takes back what dead gateways held; to be called now and then. How much was taken back, at most {@code max}. */
    public Future<Integer> sweep(int max) {
        return ledger.lapse(clock.instant(), max);
    }

    /** How a scope stands in each dimension that is limited, in the order of {@link Dimension}. */
    public Future<List<Allowance>> view(Scope scope) {
        Instant now = clock.instant();
        return limits.of(scope).compose(known -> {
            Set<Counter> counters = known.most().keySet().stream()
                    .map(dimension -> counter(scope, dimension, now)).collect(Collectors.toSet());
            return ledger.used(counters).map(used -> allowances(scope, known, used, now));
        });
    }

    private Hold hold(RunId run, StageRef stage, List<Draw> draws, Instant now) {
        return new Hold(run.value(), stage.tenant(), draws, now.plus(lease));
    }

    private Future<List<Draw>> draws(StageRef stage, Duration timeout, Instant now) {
        Scope tenant = Scope.of(stage.tenant());
        Scope own = Scope.of(stage);
        return limits.of(tenant).compose(ofTenant -> limits.of(own).map(ofStage -> {
            List<Draw> draws = new ArrayList<>();
            draws.addAll(draws(tenant, ofTenant, timeout, now));
            draws.addAll(draws(own, ofStage, timeout, now));
            return draws;
        }));
    }

    private static List<Draw> draws(Scope scope, Limits limits, Duration timeout, Instant now) {
        return limits.most().entrySet().stream().map(entry -> new Draw(counter(scope, entry.getKey(), now),
                entry.getKey().amount(timeout), entry.getValue())).toList();
    }

    private static Admission verdict(List<Draw> draws, Map<Counter, Long> used, Instant now) {
        List<Shortage> shortages = draws.stream().map(draw -> new Shortage(draw, used.get(draw.counter())))
                .filter(each -> !each.draw().fits(each.used())).toList();
        return shortages.isEmpty() ? new Admission.Admitted() : Admission.Throttled.of(shortages, now);
    }

    private static List<Allowance> allowances(Scope scope, Limits limits, Map<Counter, Long> used, Instant now) {
        return Arrays.stream(Dimension.values()).filter(limits.most()::containsKey)
                .map(dimension -> new Allowance(scope, dimension, limits.most().get(dimension),
                        used.get(counter(scope, dimension, now)), dimension.reset(now)))
                .toList();
    }

    private static Counter counter(Scope scope, Dimension dimension, Instant now) {
        return new Counter(scope, dimension, dimension.period(now));
    }
}
