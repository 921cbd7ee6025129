package dev.weir.feature.run;

import dev.weir.feature.quota.Admission;
import dev.weir.feature.quota.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a claimed run through to its execution, or not, and keeps its share of the quota while it executes. What is reserved is
 * {@link RunOrder#longest()}. Blocks.
 */
final class RunGate {
    private static final Logger LOG = LoggerFactory.getLogger(RunGate.class);

    private final Quotas quotas;
    private final Duration patience;

    /** @param patience with the ledger, for one question; much less than a lease */
    RunGate(Quotas quotas, Duration patience) {
        this.quotas = quotas;
        this.patience = patience;
    }

    /** What the gate says. */
    sealed interface Passage {
        /** The run has its share. */
        record Open() implements Passage {}

        /** A limit is used up. */
        record Shut(Admission.Throttled why) implements Passage {}

        /** Nobody can tell now: the run must wait. */
        record Unknown(Throwable cause) implements Passage {}
    }

    /** Asks for a run that waits, in the name of the claim that comes next. */
    Passage admit(Run run) {
        return answer(quotas.admit(run.id(), run.claim().fence() + 1, run.order().stage(), run.order().longest())
                .map(RunGate::passage)).otherwise(Passage.Unknown::new).await();
    }

    /**
     * For a run that was admitted already, by a gateway that is gone: it keeps its share whatever the limits are, and if its microVM may be
     * at work, it is not left to itself because the ledger is away.
     */
    Passage goOn(Run run) {
        Future<Passage> extended = extend(run).map(known -> {
            if (!known) {
                LOG.atWarn().addKeyValue("run", run.id())
                        .log("a run goes on that no quota knows: it began before there were any");
            }
            return new Passage.Open();
        });
        return extended.otherwise(away -> {
            if (run.claim().microVm().isEmpty()) {
                return new Passage.Unknown(away);
            }
            missed(run, away);
            return new Passage.Open();
        }).await();
    }

    /** Gives up the share of a run that is over. If that fails, what follows its end does it again. */
    void end(Run run) {
        run.outcome().ifPresent(outcome -> end(run, outcome));
    }

    /** The same, for a run that ends so. */
    void end(Run run, Outcome outcome) {
        answer(run.wasExecuted() ? quotas.settle(run.id(), outcome.billable()) : quotas.giveBack(run.id()))
                .otherwise(away -> {
                    LOG.atInfo().addKeyValue("run", run.id()).setCause(away).log("a share is settled later");
                    return false;
                }).await();
    }

    /** Keeps the share for another lease. If that fails there is time for more tries: a share's lease is longer than a run's. */
    void keep(Run run) {
        extend(run).otherwise(away -> {
            missed(run, away);
            return false;
        }).await();
    }

    private Future<Boolean> extend(Run run) {
        return answer(quotas.extend(run.id(), run.claim().fence()));
    }

    /** A ledger that does not answer is one that is away. */
    private <T> Future<T> answer(Future<T> asked) {
        return asked.timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void missed(Run run, Throwable away) {
        LOG.atWarn().addKeyValue("run", run.id()).setCause(away)
                .log("the ledger does not know that a run goes on; trying again");
    }

    private static Passage passage(Admission admission) {
        return switch (admission) {
            case Admission.Admitted _ -> new Passage.Open();
            case Admission.Throttled throttled -> new Passage.Shut(throttled);
        };
    }

    /** What the caller of a run that was not let through is told. */
    static RunError error(Admission.Throttled why, Instant now) {
        return new RunError("quota_exceeded", why.waitingHelps()
                ? "a limit is used up: " + why.detail() + "; there may be room after " + now.plus(why.retryAfter())
                : "the limits do not allow this run: " + why.detail());
    }
}
