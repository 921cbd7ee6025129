package dev.weir.feature.skill;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/**
 * Uploads and how far each is. What changes one is a compare-and-set on its id and status, so that news which comes twice or late changes
 * nothing (features S0-16, S0-19). Writes complete once durable.
 */
public interface UploadStore {
    /**
     * One judging side's turn.
     *
     * @param attempt 1 for the first; above that, earlier turns ended without a decision
     */
    record Turn(Upload upload, int attempt) {}

    /** Records a new upload; one of the stage that still awaits its bytes is superseded. Fails with {@code NotFound} if the stage is absent. */
    Future<Void> add(Upload upload);

    /** A foreign tenant's reads as absent. */
    Future<Optional<Upload>> find(TenantId tenant, String id);

    /** An upload of any tenant by its id alone: for the holder of a signed URL that names it. */
    Future<Optional<Upload>> announced(String id);

    /**
     * Its bytes are there: from {@code AWAITING_UPLOAD} to {@code VALIDATING}, and others of the stage that are {@code VALIDATING} are
     * superseded. False, and without effect, if it is not awaited (any more) or expired at {@code now}.
     */
    Future<Boolean> arrive(String id, String digest, Instant now);

    /** Takes the longest waiting of those {@code VALIDATING} that nobody judges; nobody else gets it until {@code until}. */
    Future<Optional<Turn>> take(Instant now, Instant until);

    /** Lets go of a turn without a decision; there may be another from {@code at} on. */
    Future<Void> postpone(String id, Instant at);

    /**
     * Records the decision about one that is {@code VALIDATING}; where that is {@code READY_TO_DEPLOY}, others of the stage that are, too,
     * are superseded. False, and without effect, if it was superseded itself.
     */
    Future<Boolean> decide(Upload decided);

    /** Rejects, as expired, what still awaits its bytes at {@code now} and should not; how many. */
    Future<Integer> expire(Instant now);

    /** Ends all turns: for a process that knows itself to be the only one. */
    Future<Void> releaseAll();
}
