package dev.weir.platform.embedded;

import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.feature.webhook.Health;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is. An endpoint is looked at when its {@code next_due} has come, not before, and stands in its tenant's line then, as its
 * tenant does among the tenants; a step in a line passes over nobody but those that have no room, and they are fewer than the letters under
 * way. Whatever changes deliveries or the health of an endpoint says so with {@link #changed}, in the same transaction.
 */
final class DeliveryLine {
    /** Endpoints that come into line, and leases that are ended, in one look: what is beyond has its turn in the next one. */
    private static final int AT_ONCE = 500;
    private static final String END = "" + Long.MAX_VALUE;

    private static final String ROOM = """
            (select count(*) from delivery d where d.tenant = e.tenant and d.endpoint = e.id and d.receipt is not null)
            < case when e.failures >= %d or e.open_until > ? then 1 else ? end""".formatted(Health.THRESHOLD);

    private static final String LAPSED = """
            select seq, endpoint from delivery where receipt is not null and leased_until <= ? order by leased_until limit ?""";
    private static final String RELEASE = "update delivery set receipt = null, leased_until = 0 where seq = ?";
    static final String GIVE_UP = """
            update delivery set state = 'FAILED', note = ? where endpoint = ? and state = 'PENDING' and receipt is null""";
    static final String GIVE_UP_ONE = "update delivery set state = 'FAILED', note = ? where seq = ? and state = 'PENDING'";
    private static final String COME = """
            select id from webhook_endpoint where next_due is not null and ready = 0 and next_due <= ?
            order by next_due limit ?""";
    private static final String READY = "update webhook_endpoint set ready = 1 where id = ? and next_due <= ?";
    private static final String TENANT = """
            select tenant from webhook_turn t where ready = 1
            and (select count(*) from delivery d where d.tenant = t.tenant and d.receipt is not null) < ?
            and exists (select 1 from webhook_endpoint e where e.tenant = t.tenant and e.ready = 1 and %s)
            order by turn, tenant limit 1""".formatted(ROOM);
    private static final String ENDPOINT = """
            select * from webhook_endpoint e where tenant = ? and ready = 1 and %s order by turn, id limit 1"""
            .formatted(ROOM);
    private static final String DUE = """
            select seq from delivery where endpoint = ? and state = 'PENDING' and receipt is null and next_at <= ?
            order by next_at, seq limit 1""";
    private static final String ASKED = """
            select seq from delivery where endpoint = ? and state = 'PENDING' and receipt is null and asked = 1
            and next_at <= ? order by next_at, seq limit 1""";
    private static final String TAKE = """
            update delivery set leased_until = ?, receipt = lower(hex(randomblob(16))) where seq = ?""";
    private static final String TAKEN = DeliveryRows.SELECT + "where d.seq = ?";
    /** After everybody, endpoints too: theirs are the numbers of their tenants. */
    private static final String TENANT_SERVED = """
            update webhook_turn set turn = (select coalesce(max(turn), 0) + 1 from webhook_turn)
            where tenant = (select tenant from webhook_endpoint where id = ?)""";
    private static final String ENDPOINT_SERVED = """
            update webhook_endpoint set turn = (select turn from webhook_turn w where w.tenant = webhook_endpoint.tenant)
            where id = ?""";
    private static final String NEXT_DUE = """
            update webhook_endpoint set ready = 0, next_due = case when disabled is null then min(
            max(open_until, (select next_at from delivery where endpoint = webhook_endpoint.id
            and state = 'PENDING' and receipt is null order by next_at, seq limit 1)),
            coalesce((select next_at from delivery where endpoint = webhook_endpoint.id
            and state = 'PENDING' and receipt is null and asked = 1 order by next_at, seq limit 1), %s)) end where id = ?"""
            .formatted(END);
    private static final String TENANT_MET = """
            insert into webhook_turn (tenant) select tenant from webhook_endpoint where id = ? on conflict do nothing""";
    private static final String TENANT_READY = """
            update webhook_turn set ready = exists
            (select 1 from webhook_endpoint e where e.tenant = webhook_turn.tenant and e.ready = 1)
            where tenant = (select tenant from webhook_endpoint where id = ?)""";

    /** For a test of how rows are looked up. */
    static final List<String> ALL = List.of(LAPSED, RELEASE, GIVE_UP, GIVE_UP_ONE, COME, READY, TENANT, ENDPOINT, DUE,
            ASKED, TAKE, TAKEN, TENANT_SERVED, ENDPOINT_SERVED, NEXT_DUE, TENANT_MET, TENANT_READY);

    private DeliveryLine() {}

    /** A delivery or the health of an endpoint has changed; it stands in no line until the next look. */
    static void changed(Session session, long endpoint) throws SQLException {
        session.update(NEXT_DUE, endpoint);
        session.update(TENANT_MET, endpoint);
        session.update(TENANT_READY, endpoint);
    }

    /** As {@link DeliveryStore#lease} says. */
    static List<Leased> lease(Session session, Room room, Instant now, Instant until) throws SQLException {
        lapse(session, now);
        for (long endpoint : session.list(COME, row -> row.number("id"), now, AT_ONCE)) {
            ready(session, endpoint, now);
        }
        List<Leased> taken = new ArrayList<>();
        while (taken.size() < room.most()) {
            Optional<DeliveryPlace> next = next(session, room, now);
            if (next.isEmpty()) {
                break;
            }
            take(session, next.get(), now, until).ifPresent(taken::add);
        }
        return taken;
    }

    private static Optional<DeliveryPlace> next(Session session, Room room, Instant now) throws SQLException {
        Optional<String> tenant = session.first(TENANT, row -> row.text("tenant"), room.perTenant(), now,
                room.perEndpoint());
        return tenant.isEmpty()
                ? Optional.empty()
                : session.first(ENDPOINT, DeliveryPlace::read, tenant.get(), now, room.perEndpoint());
    }

    /** Nothing, and the endpoint leaves the line, if the clock has gone back since it came. */
    private static Optional<Leased> take(Session session, DeliveryPlace place, Instant now, Instant until)
            throws SQLException {
        Optional<Long> seq = session.first(place.health().isOpen(now) ? ASKED : DUE, row -> row.number("seq"),
                place.id(), now);
        if (seq.isPresent()) {
            session.update(TAKE, until, seq.get());
            session.update(TENANT_SERVED, place.id());
            session.update(ENDPOINT_SERVED, place.id());
        }
        changed(session, place.id());
        ready(session, place.id(), now);
        return seq.isPresent()
                ? session.first(TAKEN, row -> new Leased(DeliveryRows.delivery(row), row.text("receipt")), seq.get())
                : Optional.empty();
    }

    private static void lapse(Session session, Instant now) throws SQLException {
        for (long[] lapsed : session.list(LAPSED, row -> new long[]{row.number("seq"), row.number("endpoint")}, now,
                AT_ONCE)) {
            session.update(RELEASE, lapsed[0]);
            if (DeliveryPlace.of(session, lapsed[1]).health().disabled().isPresent()) {
                session.update(GIVE_UP_ONE, DeliveryStore.DISABLED, lapsed[0]);
            }
            changed(session, lapsed[1]);
        }
    }

    private static void ready(Session session, long endpoint, Instant now) throws SQLException {
        session.update(READY, endpoint, now);
        session.update(TENANT_READY, endpoint);
    }
}
