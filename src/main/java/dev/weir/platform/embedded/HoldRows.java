package dev.weir.platform.embedded;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The rows of a hold, and its part in the counters. Every draw knows how much of it is counted; whatever happens to a hold, the counter moves
 * by the difference between that and what is to be counted from now on. No counter moves below zero, so that nothing one hold does can fail
 * what others do.
 */
record HoldRows(Session session) {
    private static final String HOLD = """
            insert into quota_hold (id, tenant, fence, state, reserved_at, until) values (?, ?, ?, 'HELD', ?, ?)""";
    private static final String DRAW = """
            insert into quota_draw (hold, scope, dimension, period, amount, counted) values (?, ?, ?, ?, ?, ?5)""";
    private static final String DRAWS = """
            select tenant, scope, dimension, period, amount, counted, reserved_at, until
            from quota_draw join quota_hold on id = hold where hold = ?""";
    private static final String STALE = """
            select tenant, scope, dimension, period, amount, counted, reserved_at, until
            from quota_hold join quota_draw on hold = id
            where tenant = ? and state = 'HELD' and until <= ? and scope = ? and dimension = ? and period = ?""";
    private static final String COUNTED = """
            update quota_draw set counted = ? where hold = ? and scope = ? and dimension = ?""";
    private static final String FIND = "select state, fence from quota_hold where id = ?";
    private static final String TAKE = "update quota_hold set until = max(until, ?), fence = ? where id = ?";
    private static final String STATE = "update quota_hold set state = ? where id = ?";
    private static final String DRAWS_OVER = "delete from quota_draw where hold = ?";
    private static final String DELETE = "delete from quota_hold where id = ?";
    private static final String USED = """
            select used from quota_counter where tenant = ? and scope = ? and dimension = ? and period = ?""";
    private static final String ADD = """
            insert into quota_counter (tenant, scope, dimension, period, used, kept_until)
            select ?1, ?2, ?3, ?4, ?5, ?6 where ?5 <= ?7 on conflict do update
            set used = used + excluded.used, kept_until = max(kept_until, excluded.kept_until)
            where used <= ?7 - excluded.used""";
    private static final String TAKE_OFF = """
            update quota_counter set used = max(0, used - ?)
            where tenant = ? and scope = ? and dimension = ? and period = ?""";

    /** One draw of a hold, as it counts now. */
    record Drawn(String tenant, String scope, Dimension dimension, String period, long amount,
            long counted, Instant reservedAt, Instant until) {
        private static Drawn read(Row row) throws SQLException {
            return new Drawn(row.text("tenant"), row.text("scope"),
                    Dimension.valueOf(row.text("dimension").toUpperCase(Locale.ROOT)), row.text("period"),
                    row.number("amount"), row.number("counted"), row.instant("reserved_at"), row.instant("until"));
        }

        private long lapsed() {
            return dimension.lapsed(amount, Duration.between(reservedAt, until));
        }
    }

    /** What a hold is at. */
    enum State {
        HELD, LAPSED, ENDED
    }

    /** How a hold stands, and by which claim. */
    record Standing(State state, long fence) {
        private static Standing read(Row row) throws SQLException {
            return new Standing(State.valueOf(row.text("state")), row.number("fence"));
        }

        /** Whether it has ended, or is of a newer claim than {@code other}. */
        boolean isClosedTo(long other) {
            return state == State.ENDED || fence > other;
        }
    }

    Optional<Standing> find(String hold) throws SQLException {
        return session.first(FIND, Standing::read, hold);
    }

    /** Writes a hold that does not exist, and adds its draws; the conditions were looked at. */
    void make(Hold hold) throws SQLException {
        session.update(HOLD, hold.id(), hold.tenant().value(), hold.fence(), hold.at(), hold.until());
        for (Draw draw : hold.draws()) {
            Counter counter = draw.counter();
            String scope = counter.scope().path();
            String dimension = counter.dimension().wireName();
            int added = session.update(ADD, hold.tenant().value(), scope, dimension, counter.period(), draw.amount(),
                    keptUntil(counter.dimension(), hold.at()), draw.limit());
            if (added != 1) {
                throw new IllegalStateException("a counter moved inside a transaction");
            }
            session.update(DRAW, hold.id(), scope, dimension, counter.period(), draw.amount());
        }
    }

    /** Takes it over for a claim, and prolongs it. */
    void take(String hold, long fence, Instant until) throws SQLException {
        session.update(TAKE, until, fence, hold);
    }

    /** Counts a lapsed one in full again. */
    void restore(String hold) throws SQLException {
        count(hold, Drawn::amount);
        session.update(STATE, State.HELD.name(), hold);
    }

    void lapse(String hold) throws SQLException {
        count(hold, Drawn::lapsed);
        session.update(STATE, State.LAPSED.name(), hold);
    }

    /** Leaves a mark in the hold's place; {@code kept} says how much of each draw stays used. */
    void end(String hold, ToLongFunction<Drawn> kept) throws SQLException {
        for (Drawn drawn : session.list(DRAWS, Drawn::read, hold)) {
            move(drawn, kept.applyAsLong(drawn));
        }
        session.update(STATE, State.ENDED.name(), hold);
        session.update(DRAWS_OVER, hold);
    }

    /** Gives it back as if there had never been such a hold. */
    void undo(String hold) throws SQLException {
        for (Drawn drawn : session.list(DRAWS, Drawn::read, hold)) {
            move(drawn, 0);
        }
        session.update(DELETE, hold);
    }

    long used(Counter counter) throws SQLException {
        return session.first(USED, row -> row.number("used"), counter.scope().tenant().value(), counter.scope().path(),
                counter.dimension().wireName(), counter.period()).orElse(0L);
    }

    /** How much of the counter is taken off when all holds have lapsed whose lease ended by {@code stale}. */
    long stale(Counter counter, Instant stale) throws SQLException {
        return session.list(STALE, Drawn::read, counter.scope().tenant().value(), stale, counter.scope().path(),
                counter.dimension().wireName(), counter.period()).stream()
                .mapToLong(drawn -> drawn.counted() - drawn.lapsed()).sum();
    }

    private void count(String hold, ToLongFunction<Drawn> target) throws SQLException {
        for (Drawn drawn : session.list(DRAWS, Drawn::read, hold)) {
            long counted = target.applyAsLong(drawn);
            move(drawn, counted);
            session.update(COUNTED, counted, hold, drawn.scope(), drawn.dimension().wireName());
        }
    }

    private void move(Drawn drawn, long counted) throws SQLException {
        long more = counted - drawn.counted();
        String dimension = drawn.dimension().wireName();
        if (more > 0) {
            session.update(ADD, drawn.tenant(), drawn.scope(), dimension, drawn.period(), more,
                    keptUntil(drawn.dimension(), drawn.reservedAt()), Long.MAX_VALUE);
        } else if (more < 0) {
            session.update(TAKE_OFF, -more, drawn.tenant(), drawn.scope(), dimension, drawn.period());
        }
    }

    private static Instant keptUntil(Dimension dimension, Instant at) {
        return dimension.reset(at).orElse(at).plus(Ledger.KEPT);
    }
}
