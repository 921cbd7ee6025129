package dev.weir.platform.embedded;

import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Page;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import dev.weir.wire.env.StrippedName;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Run records in the table {@code run}; each change is one conditional statement. Times are kept to the microsecond. */
public final class SqliteRunStore implements RunStore {
    private static final String FIND = "select * from run where id = ?";
    private static final String CLAIM = """
            update run set status = 'running', fence = fence + 1, lease_until = ?,
            attempt = max(attempt, 1), started_at = coalesce(started_at, ?)
            where id = ? and (status = 'queued' or (status = 'running' and lease_until < ?)) returning *""";
    private static final String RENEW = """
            update run set lease_until = ? where id = ? and fence = ? and status = 'running' returning *""";
    private static final String BIND = """
            update run set micro_vm = ?, stripped_env = ? where id = ? and fence = ? and status = 'running'""";
    private static final String NEXT_ATTEMPT = """
            update run set attempt = attempt + 1, micro_vm = null where id = ? and fence = ? and status = 'running'""";
    private static final String PUT_BACK = """
            update run set status = 'queued', attempt = 0, started_at = null, lease_until = 0
            where id = ? and fence = ? and status = 'running' and micro_vm is null and attempt <= 1""";
    private static final String FINISH = """
            update run set status = ?1, output = ?, error_kind = ?, error_message = ?, last_event = ?, finished_at = ?,
            billable = ?, unsettled = 1, attempt = iif(?1 = 'throttled', 0, attempt),
            started_at = iif(?1 = 'throttled', null, started_at) where id = ? and fence = ? and status = 'running'""";
    private static final String FINISH_QUEUED = """
            update run set status = ?, output = ?, error_kind = ?, error_message = ?, last_event = ?, finished_at = ?,
            billable = ?, unsettled = 1 where id = ? and status = 'queued'""";
    private static final String CANCEL = """
            update run set cancelled_by = coalesce(cancelled_by, ?) where id = ? and status in ('queued', 'running')""";
    private static final String UNATTENDED = """
            select id, tenant, line from
            (select id, tenant, line, created_at as since from run where status = 'queued' and created_at < ?1 order by since limit ?2)
            union all select id, tenant, line from
            (select id, tenant, line, lease_until as since from run where status = 'running' and lease_until < ?1 order by since limit ?2)
            limit ?2""";
    private static final String ENDED = "select * from run where unsettled = 1 and id > ? order by id limit ?";
    private static final String SETTLED = "update run set unsettled = 0 where id = ? and unsettled = 1";
    private static final String RELEASE_ALL = "update run set lease_until = 0 where status = 'running'";

    private final SqliteDatabase database;
    private final InstantSource clock;

    /** @param clock tells when an idempotency key is a day old */
    public SqliteRunStore(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Future<Created> create(RunId id, RunOrder order, Optional<IdempotencyKey> key) {
        return database.write(session -> new RunCreation(id, order, key).write(session, clock.instant()));
    }

    @Override
    public Future<Optional<Run>> find(RunId id) {
        return database.read(session -> find(session, id));
    }

    @Override
    public Future<Optional<Run>> byKey(TenantId tenant, String key) {
        return database.read(session -> RunCreation.byKey(session, tenant, key, clock.instant()));
    }

    @Override
    public Future<Page<Run>> list(TenantId tenant, RunFilter filter, Optional<String> cursor, int limit) {
        try {
            Optional<RunCursor> after = cursor.map(text -> RunCursor.parse(tenant, text));
            RunListing listing = new RunListing(tenant, filter, after, limit);
            return database.read(listing::read);
        } catch (ProblemException refused) {
            return Future.failedFuture(refused);
        }
    }

    @Override
    public Future<Optional<Run>> claim(RunId id, Instant now, Instant leaseUntil) {
        return database.write(session -> session.first(CLAIM, RunRows::run, leaseUntil, now, id.value(), now));
    }

    @Override
    public Future<Optional<Run>> renew(RunId id, long fence, Instant leaseUntil) {
        return database.write(session -> session.first(RENEW, RunRows::run, leaseUntil, id.value(), fence));
    }

    @Override
    public Future<Boolean> bind(RunId id, long fence, String microVm, List<StrippedName> strippedEnv) {
        String names = RunRows.json(strippedEnv);
        return database.write(session -> session.update(BIND, microVm, names, id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> nextAttempt(RunId id, long fence) {
        return database.write(session -> session.update(NEXT_ATTEMPT, id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> putBack(RunId id, long fence) {
        return database.write(session -> session.update(PUT_BACK, id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> finish(RunId id, long fence, Outcome end) {
        return database.write(session -> session.update(FINISH, end.status().wireName(), end.output(),
                end.error().map(RunError::kind), end.error().map(RunError::message), end.eventId().toString(),
                end.finishedAt(), end.billable(), id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> finishQueued(RunId id, Outcome end) {
        return database.write(session -> session.update(FINISH_QUEUED, end.status().wireName(), end.output(),
                end.error().map(RunError::kind), end.error().map(RunError::message), end.eventId().toString(),
                end.finishedAt(), end.billable(), id.value()) == 1);
    }

    @Override
    public Future<Optional<Run>> requestCancel(RunId id, String by) {
        return database.write(session -> {
            session.update(CANCEL, by, id.value());
            return find(session, id);
        });
    }

    @Override
    public Future<List<Unattended>> unattended(Instant before, int limit) {
        return database.read(session -> session.list(UNATTENDED, RunRows::unattended, before, limit));
    }

    @Override
    public Future<List<Run>> ended(Optional<RunId> after, int max) {
        return database.read(session -> session.list(ENDED, RunRows::run, after.map(RunId::value).orElse(""), max));
    }

    @Override
    public Future<Void> settled(List<RunId> runs) {
        return database.write(session -> {
            for (RunId run : runs) {
                session.update(SETTLED, run.value());
            }
            return null;
        });
    }

    @Override
    public Future<Integer> releaseAll() {
        return database.write(session -> session.update(RELEASE_ALL));
    }

    private static Optional<Run> find(Session session, RunId id) throws SQLException {
        return session.first(FIND, RunRows::run, id.value());
    }
}
