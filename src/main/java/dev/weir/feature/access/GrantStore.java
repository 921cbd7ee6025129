package dev.weir.feature.access;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Grants, scoped by tenant: a foreign id reads as absent. Writes complete once durable. */
public interface GrantStore {
    /** Fails with {@code Conflict} if the tenant has a grant of that id. */
    Future<Void> add(Grant grant);

    Future<Optional<Grant>> find(TenantId tenant, String id);

    /** The tenant's grants, oldest first. */
    Future<List<Grant>> list(TenantId tenant);

    /** The grants of one user, oldest first; asked on every invocation by a developer. */
    Future<List<Grant>> of(TenantId tenant, String user);

    /** False if the tenant has no grant of that id. */
    Future<Boolean> revoke(TenantId tenant, String id);
}
