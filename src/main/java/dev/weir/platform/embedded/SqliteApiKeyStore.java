package dev.weir.platform.embedded;

import dev.weir.feature.access.ApiKey;
import dev.weir.feature.access.ApiKeyStore;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** API keys in the table {@code api_key}; a hash, or an id within a tenant, that is there already is a {@code Conflict}. */
public final class SqliteApiKeyStore implements ApiKeyStore {
    private static final String BY_HASH = "select * from api_key where hash = ?";
    private static final String ADD = """
            insert into api_key (id, tenant, user, role, hash, created_at) values (?, ?, ?, ?, ?, ?)""";
    private static final String LIST = "select * from api_key where tenant = ? order by created_at, seq";
    private static final String REVOKE = "delete from api_key where tenant = ? and id = ?";

    private final SqliteDatabase database;

    public SqliteApiKeyStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Optional<ApiKey>> byHash(String hash) {
        return database.read(session -> session.first(BY_HASH, SqliteApiKeyStore::key, hash));
    }

    @Override
    public Future<Void> add(ApiKey key) {
        return database.write(session -> session.update(ADD, key.id(), key.tenant().value(), key.user(),
                key.role().name(), key.hash(), key.createdAt())).mapEmpty();
    }

    @Override
    public Future<List<ApiKey>> list(TenantId tenant) {
        return database.read(session -> session.list(LIST, SqliteApiKeyStore::key, tenant.value()));
    }

    @Override
    public Future<Boolean> revoke(TenantId tenant, String id) {
        return database.write(session -> session.update(REVOKE, tenant.value(), id) == 1);
    }

    private static ApiKey key(Row row) throws SQLException {
        return new ApiKey(row.text("id"), new TenantId(row.text("tenant")), row.text("user"),
                Role.valueOf(row.text("role")), row.text("hash"), row.instant("created_at"));
    }
}
