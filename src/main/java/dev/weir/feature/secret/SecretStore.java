package dev.weir.feature.secret;

import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Secrets, values encrypted at rest and apart from what is known of them. Every method is scoped by tenant: a foreign id reads as absent.
 * Writes complete once durable.
 */
public interface SecretStore {
    /** Stores the first value, version 1; empty, and nothing changed, if the tenant has a secret of that id. Atomic. */
    Future<Optional<Secret>> create(Entry entry);

    /** Stores a value, the first or the next version, and forgets the one before. */
    Future<Secret> put(Entry entry);

    Future<Optional<Secret>> find(TenantId tenant, String id);

    /** The tenant's secrets by id. */
    Future<List<Secret>> list(TenantId tenant);

    /** The newest value; fails with {@code Unprocessable} if it is there and cannot be decrypted. */
    Future<Optional<Redacted>> reveal(TenantId tenant, String id);

    /** Notes that {@code run} got the values of {@code ids}; ids that are gone are passed over. */
    Future<Void> used(TenantId tenant, Collection<String> ids, String run, Instant at);

    /**
     * Forgets the secret; false, and nothing changed, if the tenant has none of that id, or (where the store can tell atomically) a stage
     * holds it.
     */
    Future<Boolean> delete(TenantId tenant, String id);

    /** A value to store. */
    record Entry(TenantId tenant, String id, Redacted value, String by, Instant at) {}
}
