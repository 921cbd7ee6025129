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
import java.util.stream.Stream;

/**
 * The gate before every execution, whatever started it. Limits hold for the tenant and, where it has any, for the stage. All that runs take is
 * counted, limited or not, so that a limit set later holds at once; of a stage, from when it has a limit of any kind. A failure of the ledger
 * or of the book of limits is the future's: whoever asks must then not execute.
 *
 * <p>{@link Ledger} tells what becomes of a run's share. It is prolonged by a lease at a time; when nobody did so for two of them, it lapses.
 */
public final class Quotas {
    private final Ledger ledger;
    private final Limits.Book limits;
    private final InstantSource clock;
    private final Duration lease;

    /** @param lease how long a share is kept without being extended, and once more until it lapses */
    public Quotas(Ledger ledger, Limits.Book limits, InstantSource clock, Duration lease) {
        this.ledger = ledger;
        this.limits = limits;
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * Asks for a run that was not executed yet. To ask again for one that has its share changes nothing.
     *
     * @param fence of the claim by which the asking side has the run
     * @param longest the most that the run can be charged for
     */
    public Future<Admission> admit(RunId run, long fence, StageRef stage, Duration longest) {
        Instant now = clock.instant();
        return draws(stage, longest, now).compose(draws -> ledger
                .reserve(new Hold(run.value(), fence, stage.tenant(), draws, now, now.plus(lease)), stale(now))
                .map(answer -> switch (answer) {
                    case Answer.Granted _ -> new Admission.Admitted();
                    case Answer.Refused refused -> Admission.Throttled.of(refused.shortages(), now);
                }));
    }

    /** What {@link #admit} would say now, without holding anything. */
    public Future<Admission> foresee(StageRef stage, Duration longest) {
        Instant now = clock.instant();
        return draws(stage, longest, now).compose(draws -> {
            Set<Counter> counters = draws.stream().map(Draw::counter).collect(Collectors.toSet());
            return ledger.used(counters, stale(now)).map(used -> verdict(draws, used, now));
        });
    }

    /**
     * Keeps the share of a run that is executing for another lease, and if it lapsed, takes it again whatever the limits are by now: counters
     * say what is, and new runs stay refused while they are beyond a limit. False if the run has none, or a newer claim has it.
     */
    public Future<Boolean> extend(RunId run, long fence) {
        return ledger.extend(run.value(), fence, clock.instant().plus(lease));
    }

    /** The run executed and ended, for good; false if that is known already. */
    public Future<Boolean> settle(RunId run, Duration billable) {
        return ledger.settle(run.value(), billable);
    }

    /** The run ended, for good, and never executed; false if that is known already. */
    public Future<Boolean> giveBack(RunId run) {
        return ledger.giveBack(run.value());
    }

    /** Frees what dead gateways held; to be called now and then. Of how many runs, at most {@code max}. */
    public Future<Integer> sweep(int max) {
        return ledger.lapse(stale(clock.instant()), max);
    }

    /** How a scope stands in each dimension that is limited, in the order of {@link Dimension}. */
    public Future<List<Allowance>> view(Scope scope) {
        Instant now = clock.instant();
        return limits.of(scope).compose(known -> {
            Set<Counter> counters = known.most().keySet().stream()
                    .map(dimension -> counter(scope, dimension, now)).collect(Collectors.toSet());
            return ledger.used(counters, stale(now)).map(used -> allowances(scope, known, used, now));
        });
    }

    /** How a stage stands: first in its tenant's limits, then in its own. */
    public Future<List<Allowance>> view(StageRef stage) {
        return view(Scope.of(stage.tenant())).compose(tenants -> view(Scope.of(stage))
                .map(own -> Stream.concat(tenants.stream(), own.stream()).toList()));
    }

    /** Leases that ended by then are long over. */
    private Instant stale(Instant now) {
        return now.minus(lease);
    }

    private Future<List<Draw>> draws(StageRef stage, Duration longest, Instant now) {
        Scope tenant = Scope.of(stage.tenant());
        Scope own = Scope.of(stage);
        return limits.of(tenant).compose(ofTenant -> limits.of(own).map(ofStage -> {
            List<Draw> draws = new ArrayList<>(draws(tenant, ofTenant, longest, now));
            if (!ofStage.most().isEmpty()) {
                draws.addAll(draws(own, ofStage, longest, now));
            }
            return draws;
        }));
    }

    private static List<Draw> draws(Scope scope, Limits limits, Duration longest, Instant now) {
        return Arrays.stream(Dimension.values()).map(dimension -> new Draw(counter(scope, dimension, now),
                dimension.amount(longest), limits.most().getOrDefault(dimension, Long.MAX_VALUE))).toList();
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
