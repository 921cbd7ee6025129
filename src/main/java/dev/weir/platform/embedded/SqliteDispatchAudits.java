package dev.weir.platform.embedded;

import dev.weir.feature.interpreter.dispatch.DispatchAudit;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.dispatch.DispatchResult.Failure;
import dev.weir.feature.interpreter.dispatch.ErrorKind;
import dev.weir.feature.interpreter.pool.PoolKey;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Dispatches in the table {@code dispatch}; a cursor is a row's number. */
public final class SqliteDispatchAudits implements DispatchAudits {
    private static final String ADD = """
            insert into dispatch (tenant, run, user, skill, environment, status, error_kind, error_message, duration, session,
            bundle_digest, template_sha256, args_sha256, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String LIST = "select * from dispatch where tenant = ? and seq < ? order by seq desc limit ?";
    private static final String LIST_OF = """
            select * from dispatch where tenant = ? and run = ? and seq < ? order by seq desc limit ?""";
    private static final String FORGET = """
            delete from dispatch where seq in (select seq from dispatch where created_at < ? limit ?)""";

    private final SqliteDatabase database;
    private final InstantSource clock;

    public SqliteDispatchAudits(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Numbered(long seq, Entry entry) {}

    @Override
    public Future<Void> add(String run, DispatchAudit audit) {
        return database.write(session -> session.update(ADD, audit.key().tenant().value(), run, audit.key().user(),
                audit.slug(), audit.key().environment(), audit.status(),
                audit.failure().map(why -> why.kind().name()), audit.failure().map(Failure::message), audit.took(),
                audit.session(), audit.bundleDigest(), audit.templateSha256(), audit.argsSha256(), clock.instant()))
                .mapEmpty();
    }

    @Override
    public Future<Page<Entry>> list(TenantId tenant, Optional<String> run, Optional<String> cursor, int limit) {
        long before;
        try {
            before = cursor.map(Long::parseLong).orElse(Long.MAX_VALUE);
        } catch (NumberFormatException _) {
            return Future.failedFuture(new ProblemException(Problem.Invalid.of("", "the cursor is not one of ours")));
        }
        return database.read(session -> run.isPresent()
                ? session.list(LIST_OF, SqliteDispatchAudits::entry, tenant.value(), run.get(), before, limit + 1)
                : session.list(LIST, SqliteDispatchAudits::entry, tenant.value(), before, limit + 1)).map(found -> {
                    List<Numbered> shown = found.subList(0, Math.min(limit, found.size()));
                    return new Page<>(shown.stream().map(Numbered::entry).toList(), found.size() > limit
                            ? Optional.of(Long.toString(shown.getLast().seq()))
                            : Optional.empty());
                });
    }

    @Override
    public Future<Integer> forget(Instant before, int max) {
        return database.write(session -> session.update(FORGET, before, max));
    }

    private static Numbered entry(Row row) throws SQLException {
        String message = row.text("error_message");
        Optional<Failure> failure = row.optionalText("error_kind")
                .map(kind -> new Failure(ErrorKind.valueOf(kind), message, Optional.empty()));
        PoolKey key = new PoolKey(new TenantId(row.text("tenant")), row.text("user"), row.text("environment"));
        return new Numbered(row.number("seq"), new Entry(row.text("run"), row.instant("created_at"),
                new DispatchAudit(key, row.text("skill"), row.text("status"), failure, row.duration("duration"),
                        row.optionalText("session"), row.optionalText("bundle_digest"), row.text("template_sha256"),
                        row.text("args_sha256"))));
    }
}
