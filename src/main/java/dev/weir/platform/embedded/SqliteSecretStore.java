package dev.weir.platform.embedded;

import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretStore;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import dev.weir.platform.embedded.SecretCipher.Place;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/** Secrets in the tables {@code secret} (what is known) and {@code secret_value} (values, sealed under the key in {@code secrets.key}). */
public final class SqliteSecretStore implements SecretStore {
    private static final String CREATE = """
            insert or ignore into secret (tenant, id, version, updated_by, created_at, updated_at)
            values (?, ?, 1, ?, ?, ?)""";
    private static final String NEXT = """
            update secret set version = version + 1, updated_by = ?, updated_at = ? where tenant = ? and id = ?""";
    private static final String SEAL = """
            insert or replace into secret_value (tenant, id, version, key_id, sealed) values (?, ?, ?, ?, ?)""";
    private static final String FIND = "select * from secret where tenant = ? and id = ?";
    private static final String LIST = "select * from secret where tenant = ? order by id";
    private static final String VALUE = "select * from secret_value where tenant = ? and id = ?";
    private static final String USED = "update secret set used_by = ?, used_at = ? where tenant = ? and id = ?";
    private static final String DELETE = """
            delete from secret where tenant = ?1 and id = ?2 and not exists
            (select 1 from stage, json_each(stage.secret_refs) as ref where stage.tenant = ?1
            and stage.secret_refs <> '[]' and json_extract(ref.value, '$.secret_id') = ?2) and not exists
            (select 1 from stage where tenant = ?1 and json_extract(webhook, '$.secret_id') = ?2)""";
    private static final String ALL_VALUES = "select * from secret_value";

    private final SqliteDatabase database;
    private final SecretCipher cipher;

    private SqliteSecretStore(SqliteDatabase database, SecretCipher cipher) {
        this.database = database;
        this.cipher = cipher;
    }

    /** Secrets of the database in {@code directory}; makes {@code secrets.key} if there is none. Blocks. */
    public static SqliteSecretStore open(SqliteDatabase database, Path directory) {
        return new SqliteSecretStore(database, new SecretKeyFile(directory).open(database));
    }

    /**
     * Replaces the key of a data directory that no gateway uses: seals every value anew, all or none, then lets go of the old key. Blocks.
     *
     * @return how many values there were
     */
    public static int rotateKey(Path directory) {
        SqliteDatabase database = SqliteDatabase.open(directory);
        try {
            SecretKeyFile file = new SecretKeyFile(directory);
            SqliteSecretStore before = new SqliteSecretStore(database, file.open(database));
            SqliteSecretStore after = new SqliteSecretStore(database, file.begin());
            int values = database.write(session -> before.reseal(session, after)).await();
            file.promote();
            return values;
        } finally {
            database.close().await();
        }
    }

    @Override
    public Future<Optional<Secret>> create(Entry entry) {
        return database.write(session -> {
            if (!insert(session, entry)) {
                return Optional.empty();
            }
            return Optional.of(sealed(session, entry));
        });
    }

    @Override
    public Future<Secret> put(Entry entry) {
        return database.write(session -> {
            if (!insert(session, entry)) {
                session.update(NEXT, entry.by(), entry.at(), entry.tenant().value(), entry.id());
            }
            return sealed(session, entry);
        });
    }

    @Override
    public Future<Optional<Secret>> find(TenantId tenant, String id) {
        return database.read(session -> session.first(FIND, SqliteSecretStore::secret, tenant.value(), id));
    }

    @Override
    public Future<List<Secret>> list(TenantId tenant) {
        return database.read(session -> session.list(LIST, SqliteSecretStore::secret, tenant.value()));
    }

    @Override
    public Future<Optional<Redacted>> reveal(TenantId tenant, String id) {
        return database.read(session -> session.first(VALUE, this::opened, tenant.value(), id));
    }

    @Override
    public Future<Void> used(TenantId tenant, Collection<String> ids, String run, Instant at) {
        List<String> users = List.copyOf(ids);
        return database.write(session -> {
            for (String id : users) {
                session.update(USED, run, at, tenant.value(), id);
            }
            return null;
        });
    }

    @Override
    public Future<Boolean> delete(TenantId tenant, String id) {
        return database.write(session -> session.update(DELETE, tenant.value(), id) == 1);
    }

    private int reseal(Session session, SqliteSecretStore after) throws SQLException {
        List<Value> values = session.list(ALL_VALUES, row -> new Value(place(row), opened(row)));
        for (Value value : values) {
            after.store(session, value.place(), value.plain());
        }
        return values.size();
    }

    private record Value(Place place, Redacted plain) {}

    private static boolean insert(Session session, Entry entry) throws SQLException {
        return session.update(CREATE, entry.tenant().value(), entry.id(), entry.by(), entry.at(), entry.at()) == 1;
    }

    private Secret sealed(Session session, Entry entry) throws SQLException {
        Secret secret = session.first(FIND, SqliteSecretStore::secret, entry.tenant().value(), entry.id())
                .orElseThrow();
        store(session, new Place(entry.tenant(), entry.id(), secret.version()), entry.value());
        return secret;
    }

    private void store(Session session, Place place, Redacted value) throws SQLException {
        session.update(SEAL, place.tenant().value(), place.id(), place.version(), cipher.keyId(),
                Buffer.buffer(cipher.seal(place, value)));
    }

    private Redacted opened(Row row) throws SQLException {
        try {
            if (row.text("key_id").equals(cipher.keyId())) {
                return cipher.open(place(row), row.bytes("sealed"));
            }
        } catch (AEADBadTagException forged) {
            throw unreadable("the stored value of a secret was changed, or moved", forged);
        }
        throw unreadable("the stored value of a secret is under another key", null);
    }

    private static ProblemException unreadable(String why, Throwable cause) {
        return new ProblemException(new Problem.Unprocessable(why), cause);
    }

    private static Place place(Row row) throws SQLException {
        return new Place(new TenantId(row.text("tenant")), row.text("id"), row.number("version"));
    }

    private static Secret secret(Row row) throws SQLException {
        Instant usedAt = row.optionalInstant("used_at").orElse(Instant.EPOCH);
        return new Secret(new TenantId(row.text("tenant")), row.text("id"), row.number("version"),
                row.text("updated_by"), row.instant("created_at"), row.instant("updated_at"),
                row.optionalText("used_by").map(run -> new Secret.Use(run, usedAt)));
    }
}
