package dev.weir.platform.embedded;

import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queue in the tables {@code queue_message}, {@code queue_turn} and {@code dead_letter}. Within a tenant messages go by order of
 * arrival; whose turn it is, is a number per tenant and line that grows with each message taken. A receipt is drawn anew for every lease, so one from
 * a lease that was lost names nothing any more.
 */
public final class SqliteRunQueue implements RunQueue {
    private static final String HOLDS = """
            select 1 from queue_message where run_id = ?1 union all select 1 from dead_letter where run_id = ?1""";
    private static final String IS_FULL = "select 1 from queue_size where messages >= ?";
    private static final String OF_TENANT = "select sum(messages) as n from queue_turn where tenant = ?";
    private static final String OFFER = "insert into queue_message (run_id, tenant, line) values (?, ?, ?)";
    private static final String TURNS = """
            select tenant from queue_turn t where line = ?1 and exists (select 1 from queue_message m
            where m.tenant = t.tenant and m.line = ?1 and visible_at <= ?2) order by turn, tenant limit ?3""";
    /** Walks over the leased messages in front: no more than are being executed. By time instead, one released late could starve. */
    private static final String TAKE = """
            update queue_message set visible_at = ?, receipt = lower(hex(randomblob(16))), receives = receives + 1
            where seq = (select seq from queue_message where tenant = ? and line = ? and visible_at <= ?
            order by seq limit 1) returning run_id, receipt, receives""";
    private static final String NEXT_TURN = """
            update queue_turn set turn = (select max(turn) from queue_turn where line = ?1) + 1
            where tenant = ?2 and line = ?1""";
    private static final String EXTEND = "update queue_message set visible_at = ? where receipt = ?";
    private static final String ACKNOWLEDGE = "delete from queue_message where receipt = ?";
    private static final String RELEASE = """
            update queue_message set visible_at = ?, receipt = null, receives = receives - 1 where receipt = ?""";
    private static final String RELEASE_ALL = """
            update queue_message set visible_at = 0, receipt = null where receipt is not null""";
    private static final String BURY = """
            insert into dead_letter (run_id, tenant, line, receives, reason, at)
            select run_id, tenant, line, receives, ?, ? from queue_message where receipt = ?""";
    private static final String ONE_LESS = "update dead_letter set receives = receives - 1 where run_id = ?";
    private static final String UNTOLD = "select * from dead_letter where told = 0 order by seq limit ?";
    private static final String TOLD = "update dead_letter set told = 1 where run_id = ?";
    private static final String DEAD = "select * from dead_letter order by seq desc limit ?";
    private static final String EXHUME = "delete from dead_letter where run_id = ?";

    private final SqliteDatabase database;
    private final Bounds bounds;

    /**
     * How much it takes.
     *
     * @param messages held at most, leased ones included; beyond, {@link #offer} fails with {@code Unavailable}
     * @param perTenant the same for one tenant, so that one alone cannot fill the queue
     * @param receives how often a message is taken at most
     */
    public record Bounds(int messages, int perTenant, int receives) {}

    /** A queue that a tenant may fill alone, and that never gives a message up. */
    public SqliteRunQueue(SqliteDatabase database, int capacity) {
        this(database, new Bounds(capacity, capacity, Integer.MAX_VALUE));
    }

    public SqliteRunQueue(SqliteDatabase database, Bounds bounds) {
        this.database = database;
        this.bounds = bounds;
    }

    @Override
    public Future<Void> offer(RunId run, Place place) {
        return database.write(session -> {
            if (session.exists(HOLDS, run.value())) {
                return null;
            }
            int ofTenant = session.first(OF_TENANT, row -> row.integer("n"), place.tenant()).orElse(0);
            if (session.exists(IS_FULL, bounds.messages()) || ofTenant >= bounds.perTenant()) {
                throw new ProblemException(
                        new Problem.Unavailable("the queue is full", Duration.ofSeconds(5), run.value()));
            }
            session.update(OFFER, run.value(), place.tenant(), place.line().name());
            return null;
        });
    }

    @Override
    public Future<List<Leased>> lease(Set<Line> lines, int max, Instant now, Instant until) {
        return database.write(session -> {
            List<Leased> taken = new ArrayList<>();
            for (Line line : lines) {
                lease(session, line.name(), max, now, until, taken);
            }
            return taken;
        });
    }

    /** Tenants take turns, one message each, until nobody has any or {@code taken} is full. */
    private void lease(Session session, String line, int max, Instant now, Instant until, List<Leased> taken)
            throws SQLException {
        List<String> tenants = session.list(TURNS, row -> row.text("tenant"), line, now, max - taken.size());
        while (!tenants.isEmpty() && taken.size() < max) {
            List<String> more = new ArrayList<>();
            for (String tenant : tenants) {
                Optional<Leased> next = taken.size() < max
                        ? take(session, tenant, line, now, until)
                        : Optional.empty();
                next.ifPresent(leased -> {
                    taken.add(leased);
                    more.add(tenant);
                });
            }
            tenants = more;
        }
    }

    /** The tenant's next message that may still be taken; those in front that may not are buried on the way. */
    private Optional<Leased> take(Session session, String tenant, String line, Instant now, Instant until)
            throws SQLException {
        Optional<Leased> next = session.first(TAKE, SqliteRunQueue::leased, until, tenant, line, now);
        while (next.isPresent() && next.get().receives() > bounds.receives()) {
            bury(session, next.get().receipt(), "taken " + bounds.receives() + " times and never done", now);
            session.update(ONE_LESS, next.get().run().value()); // this last time it was not handed out
            next = session.first(TAKE, SqliteRunQueue::leased, until, tenant, line, now);
        }
        if (next.isPresent()) {
            session.update(NEXT_TURN, line, tenant);
        }
        return next;
    }

    @Override
    public Future<Boolean> extend(String receipt, Instant until) {
        return database.write(session -> session.update(EXTEND, until, receipt) == 1);
    }

    @Override
    public Future<Void> acknowledge(String receipt) {
        return database.write(session -> session.update(ACKNOWLEDGE, receipt)).mapEmpty();
    }

    @Override
    public Future<Void> release(String receipt, Instant visibleAt) {
        return database.write(session -> session.update(RELEASE, visibleAt, receipt)).mapEmpty();
    }

    @Override
    public Future<Integer> releaseAll() {
        return database.write(session -> session.update(RELEASE_ALL));
    }

    @Override
    public Future<Boolean> bury(String receipt, String reason, Instant now) {
        return database.write(session -> bury(session, receipt, reason, now));
    }

    @Override
    public Future<List<DeadLetter>> untold(int max) {
        return database.read(session -> session.list(UNTOLD, SqliteRunQueue::deadLetter, max));
    }

    @Override
    public Future<Void> told(RunId run) {
        return database.write(session -> session.update(TOLD, run.value())).mapEmpty();
    }

    @Override
    public Future<List<DeadLetter>> deadLetters(int max) {
        return database.read(session -> session.list(DEAD, SqliteRunQueue::deadLetter, max));
    }

    @Override
    public Future<Boolean> exhume(RunId run) {
        return database.write(session -> session.update(EXHUME, run.value()) == 1);
    }

    private static boolean bury(Session session, String receipt, String reason, Instant now) throws SQLException {
        return session.update(BURY, reason, now, receipt) == 1 && session.update(ACKNOWLEDGE, receipt) == 1;
    }

    private static Leased leased(Row row) throws SQLException {
        return new Leased(new RunId(row.text("run_id")), row.text("receipt"), row.integer("receives"));
    }

    private static DeadLetter deadLetter(Row row) throws SQLException {
        return new DeadLetter(new RunId(row.text("run_id")),
                new Place(row.text("tenant"), Line.valueOf(row.text("line"))), row.integer("receives"),
                row.text("reason"), row.instant("at"));
    }
}
