package dev.weir.feature.secret;

import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * What may be told of a secret: everything but its value.
 *
 * @param version 1 for the first value, one more with each new one; only the newest is kept
 * @param lastUse the last run that got the value, absent until one did
 */
public record Secret(
        TenantId tenant,
        String id,
        long version,
        String updatedBy,
        Instant createdAt,
        Instant updatedAt,
        Optional<Use> lastUse) {
    /** A value handed to a run. */
    public record Use(String run, Instant at) {}
}
