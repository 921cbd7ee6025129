package dev.weir.feature.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run's lease as its executing side holds it: the record's, and with it the queue message's. Blocks; used by the run's one thread. */
final class RunLease {
    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

    private final Run run;
    private final RunStore store;
    private final Consumer<Instant> keep;
    private final Duration length;

    /** How the run stands after a renewal. */
    enum Standing {
        HELD,
        /** Held, and somebody wants the run to end. */
        CANCEL_ASKED,
        /** Another executing side has it. */
        LOST,
        /** The store did not answer; the lease goes on until its end, and is to be renewed soon. */
        UNKNOWN
    }

    /**
     * The lease of a run just claimed.
     *
     * @param keep told, after each renewal, until when what belongs to the run is to be kept for it, too
     */
    RunLease(Run run, RunStore store, Consumer<Instant> keep, Duration length) {
        this.run = run;
        this.store = store;
        this.keep = keep;
        this.length = length;
    }

    /** When to renew again, at the latest. */
    Instant due(Instant now) {
        return now.plus(length.dividedBy(3));
    }

    Standing renew(Instant now) {
        Instant until = now.plus(length);
        try {
            Optional<Run> current = store.renew(run.id(), run.claim().fence(), until).await();
            if (current.isPresent()) {
                keep.accept(until);
            }
            return current
                    .map(held -> held.cancelledBy().isPresent() ? Standing.CANCEL_ASKED : Standing.HELD)
                    .orElse(Standing.LOST);
        } catch (RuntimeException away) {
            LOG.atWarn().addKeyValue("run", run.id()).setCause(away)
                    .log("the lease could not be renewed; trying again");
            return Standing.UNKNOWN;
        }
    }
}
