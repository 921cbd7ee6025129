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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Schedules in the table {@code schedule}. */
public final class SqliteScheduleStore implements ScheduleStore {
    private static final String PUT = """
            insert into schedule (tenant, skill, stage, cron, zone, input, overlap, last_at, next_at, runs, failures,
            paused, note, firing_at, revision) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
            cron = excluded.cron, zone = excluded.zone, input = excluded.input, overlap = excluded.overlap,
            last_at = excluded.last_at, next_at = excluded.next_at, runs = excluded.runs,
            failures = excluded.failures, paused = excluded.paused, note = excluded.note,
            firing_at = excluded.firing_at, revision = revision + 1 returning *""";
    private static final String FIND = "select * from schedule where tenant = ? and skill = ? and stage = ?";
    private static final String REMOVE = "delete from schedule where tenant = ? and skill = ? and stage = ?";
    private static final String DROP = REMOVE + " and revision = ?";
    private static final String PAGE = """
            select * from schedule where (tenant, skill, stage) > (?, ?, ?) order by tenant, skill, stage limit ?""";
    private static final String DUE = """
            select * from schedule where paused is null and next_at <= ? order by next_at, tenant, skill, stage limit ?""";
    private static final String AMEND = """
            update schedule set cron = ?, zone = ?, input = ?, overlap = ?, revision = revision + 1
            where tenant = ? and skill = ? and stage = ? and revision = ?""";
    private static final String MOVE = """
            update schedule set last_at = ?, next_at = ?, runs = ?, failures = ?, paused = ?, note = ?, firing_at = ?,
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
                state.last(), state.next(), runs(state), state.failures(), state.paused(), state.note(),
                state.firing(), state.revision() + 1).orElseThrow());
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
        return database.write(session -> session.update(MOVE, to.last(), to.next(), runs(to), to.failures(),
                to.paused(), to.note(), to.firing(), stage.tenant().value(), stage.skill(), stage.stage(),
                seen.state().revision()) == 1);
    }

    @Override
    public Future<Boolean> amend(Schedule seen, Plan plan) {
        StageRef stage = seen.stage();
        return database.write(session -> session.update(AMEND, plan.cron(), plan.zone(), plan.input(),
                plan.overlap() ? 1 : 0, stage.tenant().value(), stage.skill(), stage.stage(),
                seen.state().revision()) == 1);
    }

    /** With blanks between; an id has none. */
    private static String runs(State state) {
        return state.runs().stream().map(RunId::value).collect(Collectors.joining(" "));
    }

    private static List<RunId> runs(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(" ", -1)).map(RunId::new).toList();
    }

    private static Schedule schedule(Row row) throws SQLException {
        return new Schedule(new StageRef(new TenantId(row.text("tenant")), row.text("skill"), row.text("stage")),
                new Plan(row.text("cron"), row.text("zone"), row.text("input"), row.integer("overlap") == 1),
                new State(row.number("revision"), row.instant("last_at"), row.instant("next_at"),
                        runs(row.text("runs")), row.integer("failures"), row.optionalText("paused"),
                        row.optionalText("note"), row.optionalInstant("firing_at")));
    }
}
