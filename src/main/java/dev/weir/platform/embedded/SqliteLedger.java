package dev.weir.platform.embedded;

import dev.weir.feature.quota.Ledger;
import dev.weir.platform.embedded.HoldRows.Standing;
import dev.weir.platform.embedded.HoldRows.State;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The ledger in the tables {@code quota_counter}, {@code quota_hold} and {@code quota_draw}. One writer makes each step atomic; the condition
 * is in the statement all the same, so that nothing but it decides.
 */
public final class SqliteLedger implements Ledger {
    private static final String STALE = """
            select id from quota_hold where state = 'HELD' and until <= ? order by until limit ?""";
    private static final String STALE_OF = """
            select id from quota_hold where tenant = ? and state = 'HELD' and until <= ? order by until limit 100""";
    private static final String FORGET_HOLDS = """
            delete from quota_hold where id in
            (select id from quota_hold where state = ? and until <= ? order by until limit 1000)""";
    private static final String FORGET_COUNTERS = """
            delete from quota_counter where (tenant, scope, dimension, period) in
            (select tenant, scope, dimension, period from quota_counter
            where kept_until <= ? and (period <> '' or used = 0) limit 1000)""";

    private final SqliteDatabase database;

    public SqliteLedger(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Answer> reserve(Hold hold, Instant stale) {
        return database.write(session -> {
            HoldRows rows = new HoldRows(session);
            Optional<Standing> there = rows.find(hold.id());
            if (there.isPresent()) {
                if (there.get().isClosedTo(hold.fence())) {
                    return new Answer.Granted();
                }
                if (there.get().state() == State.HELD) {
                    rows.take(hold.id(), hold.fence(), hold.until());
                    return new Answer.Granted();
                }
                rows.undo(hold.id());
            }
            for (String other : session.list(STALE_OF, row -> row.text("id"), hold.tenant().value(), stale)) {
                rows.lapse(other);
            }
            List<Shortage> shortages = shortages(rows, hold.draws());
            if (!shortages.isEmpty()) {
                return new Answer.Refused(shortages);
            }
            rows.make(hold);
            return new Answer.Granted();
        });
    }

    @Override
    public Future<Boolean> extend(String hold, long fence, Instant until) {
        return database.write(session -> {
            HoldRows rows = new HoldRows(session);
            Optional<Standing> there = rows.find(hold);
            if (there.isEmpty() || there.get().isClosedTo(fence)) {
                return false;
            }
            rows.take(hold, fence, until);
            if (there.get().state() == State.LAPSED) {
                rows.restore(hold);
            }
            return true;
        });
    }

    @Override
    public Future<Boolean> settle(String hold, Duration billable) {
        return end(hold, drawn -> drawn.dimension().kept(drawn.amount(), billable));
    }

    @Override
    public Future<Boolean> giveBack(String hold) {
        return end(hold, _ -> 0);
    }

    @Override
    public Future<Integer> lapse(Instant stale, int max) {
        return database.write(session -> {
            List<String> lapsed = session.list(STALE, row -> row.text("id"), stale, max);
            HoldRows rows = new HoldRows(session);
            for (String hold : lapsed) {
                rows.lapse(hold);
            }
            session.update(FORGET_HOLDS, State.LAPSED.name(), stale.minus(KEPT));
            session.update(FORGET_HOLDS, State.ENDED.name(), stale.minus(MARKED));
            session.update(FORGET_COUNTERS, stale);
            return lapsed.size();
        });
    }

    @Override
    public Future<Map<Counter, Long>> used(Set<Counter> counters, Instant stale) {
        if (counters.isEmpty()) { // so with every invocation where nothing is limited
            return Future.succeededFuture(Map.of());
        }
        return database.read(session -> {
            HoldRows rows = new HoldRows(session);
            Map<Counter, Long> used = new HashMap<>();
            for (Counter counter : counters) {
                used.put(counter, Math.max(0, rows.used(counter) - rows.stale(counter, stale)));
            }
            return used;
        });
    }

    private Future<Boolean> end(String hold, ToLongFunction<HoldRows.Drawn> kept) {
        return database.write(session -> {
            HoldRows rows = new HoldRows(session);
            boolean open = rows.find(hold).filter(there -> there.state() != State.ENDED).isPresent();
            if (open) {
                rows.end(hold, kept);
            }
            return open;
        });
    }

    private static List<Shortage> shortages(HoldRows rows, List<Draw> draws) throws SQLException {
        List<Shortage> shortages = new ArrayList<>();
        for (Draw draw : draws) {
            long used = rows.used(draw.counter());
            if (!draw.fits(used)) {
                shortages.add(new Shortage(draw, used));
            }
        }
        return shortages;
    }
}
