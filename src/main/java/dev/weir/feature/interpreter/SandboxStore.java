package dev.weir.feature.interpreter;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which sandboxes users hold. One that has expired is as good as gone. */
public interface SandboxStore {
    /** Notes one that is about to be started; false, and nothing noted, if its owner has {@code most} of them that have not expired {@code now}. */
    Future<Boolean> add(Sandbox starting, int most, Instant now);

    /** It is there, under the service's id; false if it was removed meanwhile. */
    Future<Boolean> started(String id, String session);

    /** Of that tenant only; also one that has expired. */
    Future<Optional<Sandbox>> find(TenantId tenant, String id);

    /**
     * Those that have not expired, by id.
     *
     * @param owner only this user's, if present
     * @param after an id, or empty for the first
     */
    Future<List<Sandbox>> list(TenantId tenant, Optional<String> owner, Instant now, String after, int limit);

    /** False if there was none. */
    Future<Boolean> remove(TenantId tenant, String id);

    /** Removes those that had expired by then; how many, at most {@code max}. */
    Future<Integer> forget(Instant expired, int max);
}
