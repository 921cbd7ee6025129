package dev.weir.feature.run;

import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.feature.webhook.SigningKeys;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.Optional;

/** Signing keys among the tenant's own secrets, read anew for each try: a rotated secret counts from the next letter on. */
public final class TenantSigningKeys implements SigningKeys {
    private final SecretNames names;
    private final SecretStore secrets;

    public TenantSigningKeys(SecretNames names, SecretStore secrets) {
        this.names = names;
        this.secrets = secrets;
    }

    @Override
    public Future<Optional<Redacted>> value(TenantId tenant, String reference) {
        return names.id(reference, tenant).map(id -> secrets.reveal(tenant, id).recover(TenantSigningKeys::unreadable))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    /** What cannot be decrypted now never can be: as good as absent, and no reason to try again. */
    private static Future<Optional<Redacted>> unreadable(Throwable failure) {
        return failure instanceof ProblemException refused && refused.problem() instanceof Problem.Unprocessable
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(failure);
    }
}
