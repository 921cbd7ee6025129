package dev.weir.platform.embedded;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The ledger in the tables {@code quota_counter}, {@code quota_hold} and {@code quota_draw}. One writer makes each step atomic; the condition
 * is in the statement all the same, so that nothing but it decides.
 */
public final class SqliteLedger implements Ledger {
    private static final String USED = """
            select used from quota_counter where tenant = ? and scope = ? and dimension = ? and period = ?""";
    private static final String ADD = """
            insert into quota_counter (tenant, scope, dimension, period, used, kept_until)
            select ?1, ?2, ?3, ?4, ?5, ?6 where ?5 <= ?7
            on conflict do update set used = used + excluded.used where used <= ?7 - excluded.used""";
    private static final String HOLD = "insert into quota_hold (id, tenant, until) values (?, ?, ?)";
    private static final String DRAW = """
            insert into quota_draw (hold, scope, dimension, period, amount) values (?, ?, ?, ?, ?)""";
    private static final String EXTEND = "update quota_hold set until = max(until, ?) where id = ?";
    private static final String DRAWS = """
            select tenant, scope, dimension, period, amount from quota_draw join quota_hold on id = hold where hold = ?""";
    private static final String TAKE_OFF = """
            update quota_counter set used = used - ? where tenant = ? and scope = ? and dimension = ? and period = ?""";
    private static final String END = "delete from quota_hold where id = ?";
    private static final String LAPSED = "select id from quota_hold where until <= ? order by until limit ?";
    private static final String LAPSED_OF = """
            select id from quota_hold where tenant = ? and until <= ? order by until limit 100""";
    private static final String FORGET = """
            delete from quota_counter where (tenant, scope, dimension, period) in
            (select tenant, scope, dimension, period from quota_counter where kept_until <= ? limit 1000)""";

    private final SqliteDatabase database;

    public SqliteLedger(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Answer> reserve(Hold hold, Instant now) {
        return database.write(session -> {
            for (String lapsed : session.list(LAPSED_OF, row -> row.text("id"), hold.tenant().value(), now)) {
                end(session, lapsed, _ -> 0);
            }
            if (session.update(EXTEND, hold.until(), hold.id()) == 1) {
                return new Answer.Granted();
            }
            List<Shortage> shortages = shortages(session, hold.draws());
            if (!shortages.isEmpty()) {
                return new Answer.Refused(shortages);
            }
            add(session, hold, now, Draw::limit);
            return new Answer.Granted();
        });
    }

    @Override
    public Future<Boolean> restore(Hold hold, Instant now) {
        return database.write(session -> {
            boolean there = session.update(EXTEND, hold.until(), hold.id()) == 1;
            if (!there) {
                add(session, hold, now, _ -> Long.MAX_VALUE);
            }
            return there;
        });
    }

    @Override
    public Future<Boolean> extend(String hold, Instant until) {
        return database.write(session -> session.update(EXTEND, until, hold) == 1);
    }

    @Override
    public Future<Boolean> settle(String hold, Duration billable) {
        return database.write(session -> end(session, hold, drawn -> drawn.dimension().kept(drawn.amount(), billable)));
    }

    @Override
    public Future<Boolean> giveBack(String hold) {
        return database.write(session -> end(session, hold, _ -> 0));
    }

    @Override
    public Future<Integer> lapse(Instant now, int max) {
        return database.write(session -> {
            List<String> lapsed = session.list(LAPSED, row -> row.text("id"), now, max);
            for (String hold : lapsed) {
                end(session, hold, _ -> 0);
            }
            session.update(FORGET, now);
            return lapsed.size();
        });
    }

    @Override
    public Future<Map<Counter, Long>> used(Set<Counter> counters) {
        return database.read(session -> {
            Map<Counter, Long> used = new HashMap<>();
            for (Counter counter : counters) {
                used.put(counter, used(session, counter));
            }
            return used;
        });
    }

    private static List<Shortage> shortages(Session session, List<Draw> draws) throws SQLException {
        List<Shortage> shortages = new ArrayList<>();
        for (Draw draw : draws) {
            long used = used(session, draw.counter());
            if (!draw.fits(used)) {
                shortages.add(new Shortage(draw, used));
            }
        }
        return shortages;
    }

    private static void add(Session session, Hold hold, Instant now, ToLongFunction<Draw> limit)
            throws SQLException {
        session.update(HOLD, hold.id(), hold.tenant().value(), hold.until());
        for (Draw draw : hold.draws()) {
            Counter counter = draw.counter();
            String dimension = counter.dimension().wireName();
            Instant keptUntil = counter.dimension().reset(now).map(reset -> reset.plus(KEPT)).orElse(Instant.MAX);
            int added = session.update(ADD, hold.tenant().value(), counter.scope().path(), dimension, counter.period(),
                    draw.amount(), keptUntil, limit.applyAsLong(draw));
            if (added != 1) {
                throw new IllegalStateException("a counter moved inside a transaction");
            }
            session.update(DRAW, hold.id(), counter.scope().path(), dimension, counter.period(), draw.amount());
        }
    }

    /** Ends a hold, if there is one; {@code kept} says how much of each draw stays used. */
    private static boolean end(Session session, String hold, ToLongFunction<Drawn> kept) throws SQLException {
        for (Drawn drawn : session.list(DRAWS, Drawn::read, hold)) {
            session.update(TAKE_OFF, drawn.amount() - kept.applyAsLong(drawn), drawn.tenant(), drawn.scope(),
                    drawn.dimension().wireName(), drawn.period());
        }
        return session.update(END, hold) == 1;
    }

    private static long used(Session session, Counter counter) throws SQLException {
        return session.first(USED, row -> row.number("used"), counter.scope().tenant().value(), counter.scope().path(),
                counter.dimension().wireName(), counter.period()).orElse(0L);
    }

    private record Drawn(String tenant, String scope, Dimension dimension, String period, long amount) {
        static Drawn read(Row row) throws SQLException {
            return new Drawn(row.text("tenant"), row.text("scope"),
                    Dimension.valueOf(row.text("dimension").toUpperCase(Locale.ROOT)), row.text("period"),
                    row.number("amount"));
        }
    }
}
