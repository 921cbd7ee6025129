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

    /** What {@link #create} would answer because of the key; empty if it is free. */
    Future<Optional<Created>> replay(TenantId tenant, IdempotencyKey key);

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

    /**
     * Records, before the runner is told to start, which microVM will execute the run and which variables were stripped; the first time, that
     * it began to be executed {@code now}.
     */
    Future<Boolean> bind(RunId id, long fence, String microVm, List<StrippedName> strippedEnv, Instant now);

    /** Starts the next attempt: {@code attempt} + 1, bound to no microVM, same fence; for stages that opted in to it. */
    Future<Boolean> nextAttempt(RunId id, long fence);

    /**
     * {@code running} to the outcome. A run that is throttled was told to ask again, so a key of its client's is free again with the same
     * change; a schedule's is not ({@link IdempotencyKey#isClients}).
     */
    Future<Boolean> finish(RunId id, long fence, Outcome outcome);

    /** {@code queued} to the outcome, as {@link #finish}; false if it is not queued any more. */
    Future<Boolean> finishQueued(RunId id, Outcome outcome);

    /** The same for a run that the queue did not take: whatever the outcome, a client's key is free again. */
    Future<Boolean> refuse(RunId id, Outcome outcome);

    /** Notes who wants the run to end (the first one stays); the run as it is now, or empty if unknown. Changes no status. */
    Future<Optional<Run>> requestCancel(RunId id, String by);

    /**
     * Runs that wait for an executing side, in the order of their ids, from the first one after {@code after}: {@code QUEUED} ones that were
     * created before {@code before}, {@code RUNNING} ones with a lease that ended before it. A store that can see the queue leaves out what
     * has a message or a dead letter there; others name it, and whoever wants to see all has to go on after the last one.
     *
     * @param status {@code QUEUED} or {@code RUNNING}
     */
    Future<List<Unattended>> unattended(RunStatus status, Instant before, Optional<RunId> after, int limit);

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
    record IdempotencyKey(String key, String requestHash) {
        /** Whether a client may have sent it: those of schedules have a blank, and stand for a time that starts no second run. */
        public static boolean isClients(String key) {
            return key.indexOf(' ') < 0;
        }
    }

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
