package dev.weir.feature.webhook;

import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.Optional;

/** Finds signing keys at the moment of sending. */
@FunctionalInterface
public interface SigningKeys {
    /**
     * The value of the secret that {@code reference} names, if that is a secret of {@code tenant}; empty if it is not, or absent. A failure
     * means that nobody knows now.
     */
    Future<Optional<Redacted>> value(TenantId tenant, String reference);
}
