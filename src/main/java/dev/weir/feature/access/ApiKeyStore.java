package dev.weir.feature.access;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** API keys by hash; a key that is not there is a normal answer. Writes complete once durable. */
public interface ApiKeyStore {
    Future<Optional<ApiKey>> byHash(String hash);

    Future<Void> add(ApiKey key);

    /** The tenant's keys, oldest first. */
    Future<List<ApiKey>> list(TenantId tenant);

    /** False if the tenant has no key of that id. */
    Future<Boolean> revoke(TenantId tenant, String id);
}
