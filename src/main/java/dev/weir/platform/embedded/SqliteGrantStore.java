package dev.weir.platform.embedded;

import dev.weir.feature.access.Grant;
import dev.weir.feature.access.GrantStore;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Grants in the table {@code access_grant}; an id within a tenant that is there already is a {@code Conflict}. */
public final class SqliteGrantStore implements GrantStore {
    private static final String ADD = """
            insert into access_grant (id, tenant, user, allowed_skills, allowed_agents, created_at)
            values (?, ?, ?, ?, ?, ?)""";
    private static final String FIND = "select * from access_grant where tenant = ? and id = ?";
    private static final String LIST = "select * from access_grant where tenant = ? order by created_at, seq";
    private static final String OF = """
            select * from access_grant where tenant = ? and user = ? order by created_at, seq""";
    private static final String REVOKE = "delete from access_grant where tenant = ? and id = ?";

    private final SqliteDatabase database;

    public SqliteGrantStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Void> add(Grant grant) {
        return database.write(session -> session.update(ADD, grant.id(), grant.tenant().value(), grant.user(),
                new JsonArray(grant.allowedSkills()).encode(), new JsonArray(grant.allowedAgents()).encode(),
                grant.createdAt())).mapEmpty();
    }

    @Override
    public Future<Optional<Grant>> find(TenantId tenant, String id) {
        return database.read(session -> session.first(FIND, SqliteGrantStore::grant, tenant.value(), id));
    }

    @Override
    public Future<List<Grant>> list(TenantId tenant) {
        return database.read(session -> session.list(LIST, SqliteGrantStore::grant, tenant.value()));
    }

    @Override
    public Future<List<Grant>> of(TenantId tenant, String user) {
        return database.read(session -> session.list(OF, SqliteGrantStore::grant, tenant.value(), user));
    }

    @Override
    public Future<Boolean> revoke(TenantId tenant, String id) {
        return database.write(session -> session.update(REVOKE, tenant.value(), id) == 1);
    }

    private static Grant grant(Row row) throws SQLException {
        return new Grant(row.text("id"), new TenantId(row.text("tenant")), row.text("user"),
                texts(row.text("allowed_skills")), texts(row.text("allowed_agents")), row.instant("created_at"));
    }

    private static List<String> texts(String array) {
        return new JsonArray(array).stream().map(String.class::cast).toList();
    }
}
