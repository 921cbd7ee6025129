package dev.weir.feature.run;

import dev.weir.feature.run.RunQueue.Place;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Page;
import dev.weir.kernel.TenantId;
import dev.weir.wire.env.StrippedName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Run records. Every change is one compare-and-set, durable when its future completes. Methods with a {@code fence} do nothing and answer
 * false (or empty) when the run is not running under that fence: the caller has lost the run and must stop.
 */
public interface RunStore {
    /**
     * Writes a new run as {@code queued}, unless {@code key} was used by the same tenant in the last 24 hours: then that run is answered
     * and nothing is written. Atomic under concurrency.
     */
    Future<Created> create(RunId id, RunOrder order, Optional<IdempotencyKey> key);

    Future<Optional<Run>> find(RunId id);

    /** The run that {@code key} was used for in the last 24 hours, whatever it was used with. */
    Future<Optional<Run>> byKey(TenantId tenant, String key);

    /** The tenant's runs, newest first. */
    Future<Page<Run>> list(TenantId tenant, RunFilter filter, Optional<String> cursor, int limit);

    /**
     * Takes a run for execution: from {@code queued}, or from {@code running} when its lease ended before {@code now}. The claim's fence is
     * one higher than the last; the first claim makes {@code attempt} 1 and sets {@code startedAt}.
     *
     * @return the run as claimed, or empty if somebody else has it or it is over
     */
    Future<Optional<Run>> claim(RunId id, Instant now, Instant leaseUntil);

    /** Extends the lease; the run as it is now (its {@code cancelledBy} may be new), or empty if lost. */
    Future<Optional<Run>> renew(RunId id, long fence, Instant leaseUntil);

    /** Records, before the runner is told to start, which microVM will execute the run and which variables were stripped. */
    Future<Boolean> bind(RunId id, long fence, String microVm, List<StrippedName> strippedEnv);

    /** Starts the next attempt: {@code attempt} + 1, bound to no microVM, same fence; for stages that opted in to it. */
    Future<Boolean> nextAttempt(RunId id, long fence);

    /**
     * {@code running} to {@code queued} again, as if it had never been claimed (only the fence stays): it could not be decided whether it
     * may execute. False also if it was executed already, or bound.
     */
    Future<Boolean> putBack(RunId id, long fence);

    /** {@code running} to the outcome; one that is throttled has never started: no attempt, no {@code startedAt}. */
    Future<Boolean> finish(RunId id, long fence, Outcome outcome);

    /** {@code queued} to the outcome; false if it is not queued any more. */
    Future<Boolean> finishQueued(RunId id, Outcome outcome);

    /** Notes who wants the run to end (the first one stays); the run as it is now, or empty if unknown. Changes no status. */
    Future<Optional<Run>> requestCancel(RunId id, String by);

    /** Runs that wait for an executing side: queued since before {@code before}, or running with a lease that ended before it. */
    Future<List<Unattended>> unattended(Instant before, int limit);

    /** Runs that ended, by whatever way, and are not yet {@link #settled}, in the order of their ids, from the first one after {@code after}. */
    Future<List<Run>> ended(Optional<RunId> after, int max);

    /** Notes that everything that follows the end of these runs is done. Idempotent. */
    Future<Void> settled(List<RunId> runs);

    /** Ends every lease at once: for a store that only one gateway can have open, when that gateway starts. */
    Future<Integer> releaseAll();

    /** A run that waits, and where it belongs in the queue. */
    record Unattended(RunId run, Place place) {}

    /** What {@link #create} did. */
    sealed interface Created {
        /** The run is new. */
        record New(Run run) implements Created {}

        /** The key was used with the same request before: this is that run. */
        record Replayed(Run run) implements Created {}

        /** The key was used with another request before. */
        record KeyReused() implements Created {}
    }

    /** A client's key and the hash of the request it came with. */
    record IdempotencyKey(String key, String requestHash) {}

    /** What to list; every part is optional. */
    record RunFilter(
            Optional<String> skill,
            Optional<String> stage,
            Optional<RunStatus> status,
            Optional<Instant> createdAfter,
            Optional<Instant> createdBefore,
            Optional<String> invokedBy) {
        public static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty());

        /** The same, of one user's runs only. */
        public RunFilter of(String user) {
            return new RunFilter(skill, stage, status, createdAfter, createdBefore, Optional.of(user));
        }
    }
}
