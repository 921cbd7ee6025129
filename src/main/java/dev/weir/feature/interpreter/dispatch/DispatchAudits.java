package dev.weir.feature.interpreter.dispatch;

import dev.weir.kernel.Page;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/** What was dispatched, kept for those who have to account for it. */
public interface DispatchAudits {
    /**
     * Keeps a dispatch.
     *
     * @param run that it was for
     */
    Future<Void> add(String run, DispatchAudit audit);

    /** One that was added. */
    record Entry(String run, Instant at, DispatchAudit audit) {}

    /**
     * Of a tenant, newest first.
     *
     * @param run only this one's, if present
     * @param cursor of the page before; fails with {@code Invalid} for one that is none
     */
    Future<Page<Entry>> list(TenantId tenant, Optional<String> run, Optional<String> cursor, int limit);

    /** Removes what was added before then; how many, at most {@code max}. */
    Future<Integer> forget(Instant before, int max);
}
