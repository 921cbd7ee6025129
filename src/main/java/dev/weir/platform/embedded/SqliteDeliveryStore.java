package dev.weir.platform.embedded;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Deliveries in the tables {@code delivery} and {@code delivery_attempt}, endpoints in {@code webhook_endpoint}. */
public final class SqliteDeliveryStore implements DeliveryStore {
    private static final String FIND = DeliveryRows.SELECT + "where d.tenant = ? and d.id = ?";
    private static final String OF_RUN = DeliveryRows.SELECT
            + "where d.tenant = ? and d.run_id = ? order by d.seq limit 100";
    private static final String TRIES = """
            select a.* from delivery_attempt a join delivery d on d.seq = a.delivery
            where d.tenant = ? and d.id = ? order by a.n""";
    private static final String MEET = """
            insert into webhook_endpoint (tenant, skill, stage, url) values (?, ?, ?, ?) on conflict do nothing""";
    private static final String ENDPOINT = """
            select * from webhook_endpoint where tenant = ? and skill = ? and stage = ? and url = ?""";
    private static final String WAITING = """
            select count(*) as n from (select 1 from delivery where endpoint = ? and state = 'PENDING' limit ?)""";
    private static final String ADD = """
            insert into delivery (id, tenant, endpoint, run_id, type, secret, body, state, tries, next_at, created_at, note,
            asked) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String HELD = """
            select e.* from delivery d join webhook_endpoint e on e.id = d.endpoint where d.receipt = ?""";
    private static final String SEQ = "select seq from delivery where receipt = ?";
    private static final String LOG = """
            insert into delivery_attempt (delivery, n, at, took, outcome)
            select ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4 from delivery_attempt where delivery = ?1""";
    private static final String TRIM = """
            delete from delivery_attempt where delivery = ?1
            and n <= (select max(n) from delivery_attempt where delivery = ?1) - ?2""";
    private static final String MOVE = """
            update delivery set state = ?, next_at = ?, note = ?, tries = tries + 1, asked = 0, receipt = null,
            leased_until = 0 where seq = ?""";
    private static final String JUDGE = """
            update webhook_endpoint set failures = ?, failing_since = ?, open_until = ?, disabled = ? where id = ?""";
    private static final String REDELIVER = """
            update delivery set state = 'PENDING', next_at = ?1, tries = 0, note = null, asked = 1, receipt = null,
            leased_until = 0 where id = ?2 and (receipt is null or leased_until <= ?1) returning endpoint""";
    private static final String ELSEWHERE = """
            select d.seq, d.endpoint from webhook_endpoint e join delivery d on d.endpoint = e.id
            where e.tenant = ? and e.skill = ? and e.stage = ? and e.url <> ?
            and d.state = 'PENDING' and d.receipt is null limit ?""";
    private static final String OLD = """
            select seq, endpoint from delivery where state <> 'PENDING' and created_at < ? order by created_at limit ?""";
    private static final String FORGET = "delete from delivery where seq = ?";
    private static final String FORGET_TENANT = """
            delete from webhook_turn where tenant = (select tenant from webhook_endpoint where id = ?1)
            and not exists (select 1 from webhook_endpoint e where e.tenant = webhook_turn.tenant and e.id <> ?1)""";
    private static final String IDLE = """
            select 1 from webhook_endpoint where id = ? and failures = 0 and disabled is null
            and not exists (select 1 from delivery where endpoint = webhook_endpoint.id)""";
    private static final String FORGET_ENDPOINT = "delete from webhook_endpoint where id = ?";

    /** For a test of how they are looked up: what a look for due deliveries does, and what happens at every try. */
    static final List<String> HOT = List.of(FIND, OF_RUN, TRIES, ENDPOINT, WAITING, HELD, SEQ, LOG, TRIM, MOVE, JUDGE,
            REDELIVER, ELSEWHERE, OLD, FORGET, FORGET_TENANT, IDLE, FORGET_ENDPOINT);

    private final SqliteDatabase database;
    private final int waiting;

    /** @param waiting deliveries that may wait for one endpoint */
    public SqliteDeliveryStore(SqliteDatabase database, int waiting) {
        this.database = database;
        this.waiting = waiting;
    }

    @Override
    public Future<Delivery> add(Delivery delivery, boolean asked) {
        return database.write(session -> {
            Endpoint endpoint = delivery.endpoint();
            String tenant = endpoint.stage().tenant().value();
            Optional<Delivery> known = session.first(FIND, DeliveryRows::delivery, tenant, delivery.id());
            if (known.isPresent()) {
                return known.get();
            }
            Object[] where = place(endpoint.stage(), endpoint.url());
            session.update(MEET, where);
            DeliveryPlace place = session.first(ENDPOINT, DeliveryPlace::read, where).orElseThrow();
            Optional<String> refusal = refusal(session, place);
            State state = refusal.isPresent() ? State.FAILED : delivery.state();
            session.update(ADD, delivery.id(), tenant, place.id(), delivery.run().map(RunId::value), delivery.type(),
                    endpoint.secret(), delivery.body(), state.name(), delivery.tries(), delivery.nextAt(),
                    delivery.createdAt(), refusal, asked);
            DeliveryLine.changed(session, place.id());
            return session.first(FIND, DeliveryRows::delivery, tenant, delivery.id()).orElseThrow();
        });
    }

    @Override
    public Future<Optional<Delivery>> find(TenantId tenant, String id) {
        return database.read(session -> session.first(FIND, DeliveryRows::delivery, tenant.value(), id));
    }

    @Override
    public Future<List<Delivery>> ofRun(TenantId tenant, RunId run) {
        return database.read(session -> session.list(OF_RUN, DeliveryRows::delivery, tenant.value(), run.value()));
    }

    @Override
    public Future<List<Try>> tries(TenantId tenant, String id) {
        return database.read(session -> session.list(TRIES, DeliveryRows::attempt, tenant.value(), id));
    }

    @Override
    public Future<List<Leased>> lease(Room room, Instant now, Instant until) {
        return database.write(session -> DeliveryLine.lease(session, room, now, until));
    }

    @Override
    public Future<Boolean> settle(Leased leased, Instant at, Duration took, Function<Health, Step> rule) {
        return database.write(session -> {
            Optional<DeliveryPlace> held = session.first(HELD, DeliveryPlace::read, leased.receipt());
            if (held.isEmpty()) {
                return false;
            }
            DeliveryPlace place = held.get();
            Step step = rule.apply(place.health());
            long seq = session.first(SEQ, row -> row.number("seq"), leased.receipt()).orElseThrow();
            session.update(LOG, seq, at, took, step.outcome());
            session.update(TRIM, seq, MAX_TRIES);
            session.update(MOVE, step.state().name(), step.nextAt(), step.note(), seq);
            Health health = step.health();
            judge(session, place.id(), health);
            if (health.disabled().isPresent()) {
                session.update(DeliveryLine.GIVE_UP_ONE, DISABLED, seq);
                if (place.health().disabled().isEmpty()) {
                    session.update(DeliveryLine.GIVE_UP, DISABLED, place.id());
                }
            }
            DeliveryLine.changed(session, place.id());
            return true;
        });
    }

    @Override
    public Future<Optional<Delivery>> redeliver(TenantId tenant, String id, Instant now) {
        return database.write(session -> {
            if (session.exists(FIND, tenant.value(), id)) {
                for (long endpoint : session.list(REDELIVER, row -> row.number("endpoint"), now, id)) {
                    DeliveryLine.changed(session, endpoint);
                }
            }
            return session.first(FIND, DeliveryRows::delivery, tenant.value(), id);
        });
    }

    @Override
    public Future<Health> health(StageRef stage, String url) {
        return database.read(session -> session.first(ENDPOINT, DeliveryRows::health, place(stage, url))
                .orElse(Health.GOOD));
    }

    @Override
    public Future<Void> enable(StageRef stage, String url) {
        return database.write(session -> {
            Optional<DeliveryPlace> place = session.first(ENDPOINT, DeliveryPlace::read, place(stage, url));
            if (place.isPresent()) {
                judge(session, place.get().id(), Health.GOOD);
                DeliveryLine.changed(session, place.get().id());
                forgetIfIdle(session, place.get().id());
            }
            return null;
        });
    }

    @Override
    public Future<Integer> drop(StageRef stage, Optional<String> keptUrl, int max) {
        return database.write(session -> {
            Object[] elsewhere = {stage.tenant().value(), stage.skill(), stage.stage(), keptUrl.orElse(""), max};
            List<Key> dropped = session.list(ELSEWHERE, Key::read, elsewhere);
            for (Key each : dropped) {
                session.update(DeliveryLine.GIVE_UP_ONE, REMOVED, each.seq());
            }
            for (long endpoint : endpoints(dropped)) {
                DeliveryLine.changed(session, endpoint);
            }
            return dropped.size();
        });
    }

    @Override
    public Future<Integer> forget(Instant before, int max) {
        return database.write(session -> {
            List<Key> old = session.list(OLD, Key::read, before, max);
            for (Key each : old) {
                session.update(FORGET, each.seq());
            }
            for (long endpoint : endpoints(old)) {
                forgetIfIdle(session, endpoint);
            }
            return old.size();
        });
    }

    private static void judge(Session session, long endpoint, Health health) throws SQLException {
        session.update(JUDGE, health.failures(), health.failingSince(), health.openUntil(), health.disabled(),
                endpoint);
    }

    private static void forgetIfIdle(Session session, long endpoint) throws SQLException {
        if (session.exists(IDLE, endpoint)) {
            session.update(FORGET_TENANT, endpoint);
            session.update(FORGET_ENDPOINT, endpoint);
        }
    }

    private static Set<Long> endpoints(List<Key> deliveries) {
        return deliveries.stream().map(Key::endpoint).collect(Collectors.toSet());
    }

    private Optional<String> refusal(Session session, DeliveryPlace place) throws SQLException {
        if (place.health().disabled().isPresent()) {
            return Optional.of(DISABLED);
        }
        int n = session.first(WAITING, row -> row.integer("n"), place.id(), waiting).orElse(0);
        return n < waiting ? Optional.empty() : Optional.of(FULL);
    }

    private static Object[] place(StageRef stage, String url) {
        return new Object[]{stage.tenant().value(), stage.skill(), stage.stage(), url};
    }

    /** A delivery and where it goes. */
    private record Key(long seq, long endpoint) {
        static Key read(Row row) throws SQLException {
            return new Key(row.number("seq"), row.number("endpoint"));
        }
    }
}
