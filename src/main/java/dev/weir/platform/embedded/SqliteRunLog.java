package dev.weir.platform.embedded;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.LogBounds;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Events in the table {@code run_event}, kept in the order they are read in. The fence is checked in the transaction that appends. */
public final class SqliteRunLog implements RunLog {
    private static final String HELD = "select 1 from run where id = ? and fence = ? and status = 'running'";
    private static final String APPEND = """
            insert or ignore into run_event (run_id, attempt, n, type, data) values (?, ?, ?, ?, ?)""";
    private static final String READ = """
            select attempt, n, type, data from run_event where run_id = ? and (attempt, n) > (?, ?)
            order by attempt, n limit ?""";
    private static final String TRIM = "delete from run_event where run_id = ? and (attempt, n) < (?, ?)";
    private static final String OLDEST = """
            select attempt, n from run_event where run_id = ? order by attempt, n limit 1""";
    private static final String NEWEST = """
            select attempt, n from run_event where run_id = ? order by attempt desc, n desc limit 1""";

    private final SqliteDatabase database;

    public SqliteRunLog(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Boolean> append(RunId run, long fence, List<RunEvent> events) {
        List<Object[]> rows = events.stream().map(event -> row(run, event)).toList();
        return database.write(session -> {
            if (!session.exists(HELD, run.value(), fence)) {
                return false;
            }
            session.updateAll(APPEND, rows);
            return true;
        });
    }

    @Override
    public Future<List<RunEvent>> read(RunId run, EventId after, int maxEvents, int maxBytes) {
        return database.read(session -> {
            List<RunEvent> events = new ArrayList<>();
            int[] bytes = {0};
            session.each(READ, row -> {
                RunEvent event = event(row);
                bytes[0] += event.data().length();
                if (!events.isEmpty() && bytes[0] > maxBytes) {
                    return false;
                }
                return events.add(event);
            }, run.value(), after.attempt(), after.n(), maxEvents);
            return events;
        });
    }

    @Override
    public Future<LogBounds> bounds(RunId run) {
        return database.read(session -> new LogBounds(
                session.first(OLDEST, SqliteRunLog::id, run.value()).orElse(EventId.START),
                session.first(NEWEST, SqliteRunLog::id, run.value()).orElse(EventId.START)));
    }

    @Override
    public Future<Void> trim(RunId run, EventId first) {
        return database.write(session -> {
            session.update(TRIM, run.value(), first.attempt(), first.n());
            return null;
        });
    }

    private static Object[] row(RunId run, RunEvent event) {
        return new Object[]{run.value(), event.id().attempt(), event.id().n(), event.type().wireName(), event.data()};
    }

    private static EventId id(Row row) throws SQLException {
        return new EventId(row.integer("attempt"), row.number("n"));
    }

    private static RunEvent event(Row row) throws SQLException {
        EventType type = EventType.byName(row.text("type")).orElseThrow();
        return new RunEvent(id(row), type, Buffer.buffer(row.bytes("data")));
    }
}
