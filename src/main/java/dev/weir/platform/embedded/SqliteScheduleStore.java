package dev.weir.platform.embedded;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Schedules in the table {@code schedule}. */
public final class SqliteScheduleStore implements ScheduleStore {
    private static final String PUT = """
            insert into schedule (tenant, skill, stage, cron, zone, input, overlap, last_at, next_at, last_run, failures,
            paused, note, revision) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
            cron = excluded.cron, zone = excluded.zone, input = excluded.input, overlap = excluded.overlap,
            last_at = excluded.last_at, next_at = excluded.next_at, last_run = excluded.last_run,
            failures = excluded.failures, paused = excluded.paused, note = excluded.note, revision = revision + 1
            returning *""";
    private static final String FIND = "select * from schedule where tenant = ? and skill = ? and stage = ?";
    private static final String REMOVE = "delete from schedule where tenant = ? and skill = ? and stage = ?";
    private static final String DROP = REMOVE + " and revision = ?";
    private static final String PAGE = """
            select * from schedule where (tenant, skill, stage) > (?, ?, ?) order by tenant, skill, stage limit ?""";
    private static final String DUE = """
            select * from schedule where paused is null and next_at <= ? order by next_at, tenant, skill, stage limit ?""";
    private static final String MOVE = """
            update schedule set last_at = ?, next_at = ?, last_run = ?, failures = ?, paused = ?, note = ?,
            revision = revision + 1 where tenant = ? and skill = ? and stage = ? and revision = ?""";

    private final SqliteDatabase database;

    public SqliteScheduleStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Schedule> put(Schedule schedule) {
        StageRef stage = schedule.stage();
        Plan plan = schedule.plan();
        State state = schedule.state();
        return database.write(session -> session.first(PUT, SqliteScheduleStore::schedule, stage.tenant().value(),
                stage.skill(), stage.stage(), plan.cron(), plan.zone(), plan.input(), plan.overlap() ? 1 : 0,
                state.last(), state.next(), state.lastRun().map(RunId::value), state.failures(), state.paused(),
                state.note(), state.revision() + 1).orElseThrow());
    }

    @Override
    public Future<Optional<Schedule>> find(StageRef stage) {
        return database.read(session -> session.first(FIND, SqliteScheduleStore::schedule, stage.tenant().value(),
                stage.skill(), stage.stage()));
    }

    @Override
    public Future<Void> remove(StageRef stage) {
        return database.write(
                session -> session.update(REMOVE, stage.tenant().value(), stage.skill(), stage.stage())).mapEmpty();
    }

    @Override
    public Future<Boolean> drop(Schedule seen) {
        StageRef stage = seen.stage();
        return database.write(session -> session.update(DROP, stage.tenant().value(), stage.skill(), stage.stage(),
                seen.state().revision()) == 1);
    }

    @Override
    public Future<List<Schedule>> page(Optional<StageRef> after, int limit) {
        return database.read(session -> session.list(PAGE, SqliteScheduleStore::schedule,
                after.map(ref -> ref.tenant().value()).orElse(""), after.map(StageRef::skill).orElse(""),
                after.map(StageRef::stage).orElse(""), limit));
    }

    @Override
    public Future<List<Schedule>> due(Instant now, int max) {
        return database.read(session -> session.list(DUE, SqliteScheduleStore::schedule, now, max));
    }

    @Override
    public Future<Boolean> move(Schedule seen, State to) {
        StageRef stage = seen.stage();
        return database.write(session -> session.update(MOVE, to.last(), to.next(), to.lastRun().map(RunId::value),
                to.failures(), to.paused(), to.note(), stage.tenant().value(), stage.skill(), stage.stage(),
                seen.state().revision()) == 1);
    }

    private static Schedule schedule(Row row) throws SQLException {
        return new Schedule(new StageRef(new TenantId(row.text("tenant")), row.text("skill"), row.text("stage")),
                new Plan(row.text("cron"), row.text("zone"), row.text("input"), row.integer("overlap") == 1),
                new State(row.number("revision"), row.instant("last_at"), row.instant("next_at"),
                        row.optionalText("last_run").map(RunId::new), row.integer("failures"),
                        row.optionalText("paused"), row.optionalText("note")));
    }
}
