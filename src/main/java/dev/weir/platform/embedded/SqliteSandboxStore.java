package dev.weir.platform.embedded;

import dev.weir.feature.interpreter.Sandbox;
import dev.weir.feature.interpreter.SandboxStore;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sandboxes in the table {@code sandbox}. The writer does one transaction at a time, so counting first and then adding is safe. */
public final class SqliteSandboxStore implements SandboxStore {
    private static final String HELD = "select count(*) as held from sandbox where tenant = ? and owner = ? and expires_at > ?";
    private static final String ADD = """
            insert into sandbox (id, tenant, owner, name, environment, session, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String STARTED = "update sandbox set session = ? where id = ?";
    private static final String FIND = "select * from sandbox where tenant = ? and id = ?";
    private static final String LIST = """
            select * from sandbox where tenant = ? and expires_at > ? and id > ? order by id limit ?""";
    private static final String LIST_OF = """
            select * from sandbox where tenant = ? and owner = ? and expires_at > ? and id > ? order by id limit ?""";
    private static final String REMOVE = "delete from sandbox where tenant = ? and id = ?";
    private static final String FORGET = """
            delete from sandbox where id in (select id from sandbox where expires_at <= ? limit ?)""";

    private final SqliteDatabase database;

    public SqliteSandboxStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Boolean> add(Sandbox starting, int most, Instant now) {
        String tenant = starting.tenant().value();
        return database.write(session -> session
                .first(HELD, row -> row.integer("held"), tenant, starting.owner(), now).orElseThrow() < most
                && session.update(ADD, starting.id(), tenant, starting.owner(), starting.name(),
                        starting.environment(), starting.session(), starting.createdAt(), starting.expiresAt()) == 1);
    }

    @Override
    public Future<Boolean> started(String id, String there) {
        return database.write(session -> session.update(STARTED, there, id) == 1);
    }

    @Override
    public Future<Optional<Sandbox>> find(TenantId tenant, String id) {
        return database.read(session -> session.first(FIND, SqliteSandboxStore::sandbox, tenant.value(), id));
    }

    @Override
    public Future<List<Sandbox>> list(TenantId tenant, Optional<String> owner, Instant now, String after, int limit) {
        return database.read(session -> owner.isPresent()
                ? session.list(LIST_OF, SqliteSandboxStore::sandbox, tenant.value(), owner.get(), now, after, limit)
                : session.list(LIST, SqliteSandboxStore::sandbox, tenant.value(), now, after, limit));
    }

    @Override
    public Future<Boolean> remove(TenantId tenant, String id) {
        return database.write(session -> session.update(REMOVE, tenant.value(), id) == 1);
    }

    @Override
    public Future<Integer> forget(Instant expired, int max) {
        return database.write(session -> session.update(FORGET, expired, max));
    }

    private static Sandbox sandbox(Row row) throws SQLException {
        return new Sandbox(row.text("id"), new TenantId(row.text("tenant")), row.text("owner"), row.text("name"),
                row.text("environment"), row.optionalText("session"), row.instant("created_at"),
                row.instant("expires_at"));
    }
}
