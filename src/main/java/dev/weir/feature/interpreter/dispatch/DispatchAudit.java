package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.pool.PoolKey;
import java.time.Duration;
import java.util.Optional;

/**
 * That a skill was dispatched, and what came of it: neither code nor arguments, only what both can be recognised by.
 *
 * @param status {@code ok} or {@code failed}
 * @param failure present exactly when failed
 * @param session empty if there was none
 * @param templateSha256 always the same, whatever the arguments
 */
public record DispatchAudit(PoolKey key, String slug, String status, Optional<DispatchResult.Failure> failure,
        Duration took, Optional<String> session, Optional<String> bundleDigest, String templateSha256,
        String argsSha256) {}
