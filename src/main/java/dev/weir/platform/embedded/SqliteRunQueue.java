package dev.weir.platform.embedded;

import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The queue in the table {@code queue_message}, by order of arrival. A receipt is drawn anew for every lease, so one from a lease that was
 * lost names nothing any more.
 */
public final class SqliteRunQueue implements RunQueue {
    private static final String HOLDS = "select 1 from queue_message where run_id = ?";
    private static final String IS_FULL = "select 1 from queue_size where messages >= ?";
    private static final String OFFER = "insert into queue_message (run_id) values (?)";
    /** Walks over the leased messages in front: no more than are being executed. By time instead, one released late could starve. */
    private static final String LEASE = """
            update queue_message set visible_at = ?, receipt = lower(hex(randomblob(16))), receives = receives + 1
            where seq in (select seq from queue_message where visible_at <= ? order by seq limit ?)
            returning seq, run_id, receipt, receives""";
    private static final String EXTEND = "update queue_message set visible_at = ? where receipt = ?";
    private static final String ACKNOWLEDGE = "delete from queue_message where receipt = ?";
    private static final String RELEASE = "update queue_message set visible_at = 0, receipt = null where receipt = ?";
    private static final String RELEASE_ALL = """
            update queue_message set visible_at = 0, receipt = null where receipt is not null""";

    private final SqliteDatabase database;
    private final int capacity;

    /** @param capacity messages held at most, leased ones included; beyond, {@link #offer} fails with {@code Unavailable} */
    public SqliteRunQueue(SqliteDatabase database, int capacity) {
        this.database = database;
        this.capacity = capacity;
    }

    @Override
    public Future<Void> offer(RunId run) {
        return database.write(session -> {
            if (session.exists(HOLDS, run.value())) {
                return null;
            }
            if (session.exists(IS_FULL, capacity)) {
                throw new ProblemException(
                        new Problem.Unavailable("the queue is full", Duration.ofSeconds(5), run.value()));
            }
            session.update(OFFER, run.value());
            return null;
        });
    }

    @Override
    public Future<List<Leased>> lease(int max, Instant now, Instant until) {
        return database.write(session -> session.list(LEASE, Message::read, until, now, max).stream()
                .sorted(Comparator.comparingLong(Message::seq)).map(Message::leased).toList());
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
    public Future<Void> release(String receipt) {
        return database.write(session -> session.update(RELEASE, receipt)).mapEmpty();
    }

    @Override
    public Future<Integer> releaseAll() {
        return database.write(session -> session.update(RELEASE_ALL));
    }

    /** SQLite answers changed rows in no promised order, so each comes with its place. */
    private record Message(long seq, Leased leased) {
        static Message read(Row row) throws java.sql.SQLException {
            return new Message(row.number("seq"),
                    new Leased(new RunId(row.text("run_id")), row.text("receipt"), row.integer("receives")));
        }
    }
}
