package dev.weir.feature.run;

import dev.weir.feature.quota.Admission;
import dev.weir.feature.quota.Quotas;
import io.vertx.core.Future;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a claimed run through to its execution, or not, and keeps its share of the quota while it executes. What is reserved is every attempt
 * in full. Blocks.
 */
final class RunGate {
    private static final Logger LOG = LoggerFactory.getLogger(RunGate.class);

    private final Quotas quotas;

    RunGate(Quotas quotas) {
        this.quotas = quotas;
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

    /**
     * Asks for a run that was not executed yet. One that was, by a gateway that is gone, was admitted then: it has its share back whatever
     * the limits are, and if its microVM may be at work, it is not left to itself because the ledger is away.
     */
    Passage pass(Run run) {
        if (!run.wasExecuted()) {
            return quotas.admit(run.id(), run.order().stage(), run.order().longest()).map(RunGate::passage)
                    .otherwise(Passage.Unknown::new).await();
        }
        Future<Passage> resumed = resume(run).map(_ -> new Passage.Open());
        return resumed.otherwise(away -> {
            if (run.claim().microVm().isEmpty()) {
                return new Passage.Unknown(away);
            }
            missed(run, away);
            return new Passage.Open();
        }).await();
    }

    /** Keeps the share for another lease. If that fails there is time for more tries: a share's lease is longer than a run's. */
    void keep(Run run) {
        quotas.extend(run.id()).compose(held -> held ? Future.succeededFuture() : resume(run)).otherwise(away -> {
            missed(run, away);
            return null;
        }).await();
    }

    private Future<Void> resume(Run run) {
        return quotas.resume(run.id(), run.order().stage(), run.order().longest());
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
        return new RunError("quota_exceeded",
                "a limit is used up: " + why.detail() + "; there may be room after " + now.plus(why.retryAfter()));
    }
}
