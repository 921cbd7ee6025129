package dev.weir.platform.embedded;

import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunStatus;
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
            update run set micro_vm = ?, stripped_env = ?, bound_at = coalesce(bound_at, ?)
            where id = ? and fence = ? and status = 'running'""";
    private static final String NEXT_ATTEMPT = """
            update run set attempt = attempt + 1, micro_vm = null where id = ? and fence = ? and status = 'running'""";
    private static final String FINISH = """
            update run set status = ?, output = ?, error_kind = ?, error_message = ?, last_event = ?, finished_at = ?,
            billable = ?, unsettled = 1 where id = ? and fence = ? and status = 'running'""";
    private static final String FINISH_QUEUED = """
            update run set status = ?, output = ?, error_kind = ?, error_message = ?, last_event = ?, finished_at = ?,
            billable = ?, unsettled = 1 where id = ? and status = 'queued'""";
    private static final String CANCEL = """
            update run set cancelled_by = coalesce(cancelled_by, ?) where id = ? and status in ('queued', 'running')""";
    /** What a client's key is: {@link IdempotencyKey#isClients}. */
    static final String LET_GO = "delete from idempotency_key where run_id = ? and instr(key, ' ') = 0";
    /** The index is named because the planner prefers the one of all ids, and then walks over every run that ever was. */
    static final String QUEUED_UNATTENDED = """
            select id, tenant, line from run indexed by run_queued
            where status = 'queued' and id > ? and created_at < ?
            and not exists (select 1 from queue_message where run_id = run.id)
            and not exists (select 1 from dead_letter where run_id = run.id) order by id limit ?""";
    static final String RUNNING_UNATTENDED = """
            select id, tenant, line from run indexed by run_running
            where status = 'running' and id > ? and lease_until < ?
            and not exists (select 1 from queue_message where run_id = run.id)
            and not exists (select 1 from dead_letter where run_id = run.id) order by id limit ?""";
    private static final String UNFINISHED = """
            select 1 where exists (select 1 from run where status = 'queued')
            or exists (select 1 from run where status = 'running')""";
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
    public Future<Optional<Created>> replay(TenantId tenant, IdempotencyKey key) {
        return database.read(session -> RunCreation.replay(session, tenant, key, clock.instant()));
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
    public Future<Boolean> bind(RunId id, long fence, String microVm, List<StrippedName> strippedEnv, Instant now) {
        String names = RunRows.json(strippedEnv);
        return database.write(session -> session.update(BIND, microVm, names, now, id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> nextAttempt(RunId id, long fence) {
        return database.write(session -> session.update(NEXT_ATTEMPT, id.value(), fence) == 1);
    }

    @Override
    public Future<Boolean> finish(RunId id, long fence, Outcome end) {
        return database.write(session -> session.update(FINISH, end.status().wireName(), end.output(),
                end.error().map(RunError::kind), end.error().map(RunError::message), end.eventId().toString(),
                end.finishedAt(), end.billable(), id.value(), fence) == 1
                && ended(session, id, end.status() == RunStatus.THROTTLED));
    }

    @Override
    public Future<Boolean> finishQueued(RunId id, Outcome end) {
        return database.write(session -> finishQueued(session, id, end)
                && ended(session, id, end.status() == RunStatus.THROTTLED));
    }

    @Override
    public Future<Boolean> refuse(RunId id, Outcome end) {
        return database.write(session -> finishQueued(session, id, end) && ended(session, id, true));
    }

    private static boolean finishQueued(Session session, RunId id, Outcome end) throws SQLException {
        return session.update(FINISH_QUEUED, end.status().wireName(), end.output(), end.error().map(RunError::kind),
                end.error().map(RunError::message), end.eventId().toString(), end.finishedAt(), end.billable(),
                id.value()) == 1;
    }

    /** True, having let go of the client's key if it is to ask again. */
    private static boolean ended(Session session, RunId id, boolean toBeAskedAgain) throws SQLException {
        if (toBeAskedAgain) {
            session.update(LET_GO, id.value());
        }
        return true;
    }

    @Override
    public Future<Optional<Run>> requestCancel(RunId id, String by) {
        return database.write(session -> {
            session.update(CANCEL, by, id.value());
            return find(session, id);
        });
    }

    @Override
    public Future<List<Unattended>> unattended(RunStatus status, Instant before, Optional<RunId> after, int limit) {
        String sql = switch (status) {
            case QUEUED -> QUEUED_UNATTENDED;
            case RUNNING -> RUNNING_UNATTENDED;
            default -> throw new IllegalArgumentException("nobody attends to what is over");
        };
        String from = after.map(RunId::value).orElse("");
        return database.read(session -> session.list(sql, RunRows::unattended, from, before, limit));
    }

    /** Whether any run waits or is executed, attended to or not. */
    public Future<Boolean> hasUnfinished() {
        return database.read(session -> session.exists(UNFINISHED));
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
