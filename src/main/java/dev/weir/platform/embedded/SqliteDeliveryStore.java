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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Deliveries in the tables {@code delivery} and {@code delivery_attempt}, endpoints in {@code webhook_endpoint}. */
public final class SqliteDeliveryStore implements DeliveryStore {
    private static final String FIND = DeliveryRows.SELECT + "where e.tenant = ? and d.id = ?";
    private static final String OF_RUN = DeliveryRows.SELECT
            + "where e.tenant = ? and d.run_id = ? order by d.seq limit 100";
    private static final String TRIES = """
            select a.* from delivery_attempt a join delivery d on d.seq = a.delivery
            join webhook_endpoint e on e.id = d.endpoint where e.tenant = ? and d.id = ? order by a.n""";
    private static final String MEET = """
            insert into webhook_endpoint (tenant, skill, stage, url) values (?, ?, ?, ?) on conflict do nothing""";
    private static final String ENDPOINT = """
            select * from webhook_endpoint where tenant = ? and skill = ? and stage = ? and url = ?""";
    private static final String WAITING = """
            select count(*) as n from (select 1 from delivery where endpoint = ? and state = 'PENDING' limit ?)""";
    private static final String ADD = """
            insert into delivery (id, endpoint, run_id, type, secret, body, state, tries, next_at, created_at, note)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing""";
    /** The index has the endpoints by turn; whether one has something due is one step into another index. */
    private static final String SERVABLE = """
            select * from webhook_endpoint e where disabled is null and open_until <= ? and exists
            (select 1 from delivery d where d.endpoint = e.id and state = 'PENDING' and next_at <= ? and leased_until <= ?)
            order by served_at, id limit ?""";
    private static final String BUSY = """
            select count(*) as n from delivery where endpoint = ? and state = 'PENDING' and leased_until > ?""";
    private static final String DUE = """
            select seq from delivery where endpoint = ? and state = 'PENDING' and next_at <= ? and leased_until <= ?
            order by next_at, seq limit ?""";
    private static final String TAKE = """
            update delivery set leased_until = ?, receipt = lower(hex(randomblob(16))) where seq = ?""";
    private static final String SERVED = "update webhook_endpoint set served_at = ? where id = ?";
    private static final String TAKEN = DeliveryRows.SELECT + "where d.seq = ?";
    private static final String HELD = """
            select e.* from delivery d join webhook_endpoint e on e.id = d.endpoint where d.receipt = ?""";
    private static final String SEQ = "select seq from delivery where receipt = ?";
    private static final String LOG = """
            insert into delivery_attempt (delivery, n, at, took, outcome)
            select ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4 from delivery_attempt where delivery = ?1""";
    private static final String MOVE = """
            update delivery set state = ?, next_at = ?, note = ?, tries = tries + 1, receipt = null, leased_until = 0
            where seq = ?""";
    private static final String JUDGE = """
            update webhook_endpoint set failures = ?, failing_since = ?, open_until = ?, disabled = ? where id = ?""";
    private static final String GIVE_UP = """
            update delivery set state = 'FAILED', note = ?, receipt = null
            where endpoint = ? and state = 'PENDING' and leased_until <= ?""";
    private static final String REDELIVER = """
            update delivery set state = 'PENDING', next_at = ?1, tries = 0, note = null, receipt = null, leased_until = 0
            where id = ?2 and leased_until <= ?1""";
    private static final String FORGET = """
            delete from delivery where seq in
            (select seq from delivery where state <> 'PENDING' and created_at < ? order by created_at limit ?)""";

    private final SqliteDatabase database;
    private final int waiting;

    /** @param waiting deliveries that may wait for one endpoint */
    public SqliteDeliveryStore(SqliteDatabase database, int waiting) {
        this.database = database;
        this.waiting = waiting;
    }

    @Override
    public Future<Delivery> add(Delivery delivery) {
        return database.write(session -> {
            Endpoint endpoint = delivery.endpoint();
            Object[] where = place(endpoint.stage(), endpoint.url());
            session.update(MEET, where);
            Place place = session.first(ENDPOINT, Place::read, where).orElseThrow();
            Optional<String> refusal = refusal(session, place);
            State state = refusal.isPresent() ? State.FAILED : delivery.state();
            session.update(ADD, delivery.id(), place.id(), delivery.run().map(RunId::value), delivery.type(),
                    endpoint.secret(), delivery.body(), state.name(), delivery.tries(), delivery.nextAt(),
                    delivery.createdAt(), refusal);
            return session.first(FIND, DeliveryRows::delivery, endpoint.stage().tenant().value(), delivery.id())
                    .orElseThrow();
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
    public Future<List<Leased>> lease(int max, int perEndpoint, Instant now, Instant until) {
        return database.write(session -> {
            List<Leased> taken = new ArrayList<>();
            for (Place place : session.list(SERVABLE, Place::read, now, now, now, max)) {
                int busy = session.first(BUSY, row -> row.integer("n"), place.id(), now).orElse(0);
                int room = Math.min(place.health().room(perEndpoint) - busy, max - taken.size());
                for (long seq : session.list(DUE, row -> row.number("seq"), place.id(), now, now, Math.max(0, room))) {
                    session.update(TAKE, until, seq);
                    taken.add(session.first(TAKEN, SqliteDeliveryStore::leased, seq).orElseThrow());
                }
                session.update(SERVED, now, place.id());
            }
            return taken;
        });
    }

    @Override
    public Future<Boolean> settle(Leased leased, Instant at, Duration took, Function<Health, Step> rule) {
        return database.write(session -> {
            Optional<Place> held = session.first(HELD, Place::read, leased.receipt());
            if (held.isEmpty()) {
                return false;
            }
            Place place = held.get();
            Step step = rule.apply(place.health());
            long seq = session.first(SEQ, row -> row.number("seq"), leased.receipt()).orElseThrow();
            session.update(LOG, seq, at, took, step.outcome());
            session.update(MOVE, step.state().name(), step.nextAt(), step.note(), seq);
            Health health = step.health();
            session.update(JUDGE, health.failures(), health.failingSince(), health.openUntil(), health.disabled(),
                    place.id());
            if (health.disabled().isPresent()) {
                session.update(GIVE_UP, DISABLED, place.id(), at);
            }
            return true;
        });
    }

    @Override
    public Future<Optional<Delivery>> redeliver(TenantId tenant, String id, Instant now) {
        return database.write(session -> {
            if (session.exists(FIND, tenant.value(), id)) {
                session.update(REDELIVER, now, id);
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
            Optional<Place> place = session.first(ENDPOINT, Place::read, place(stage, url));
            if (place.isPresent()) {
                session.update(JUDGE, 0, Optional.empty(), Instant.EPOCH, Optional.empty(), place.get().id());
            }
            return null;
        });
    }

    @Override
    public Future<Integer> forget(Instant before, int max) {
        return database.write(session -> session.update(FORGET, before, max));
    }

    private Optional<String> refusal(Session session, Place place) throws SQLException {
        if (place.health().disabled().isPresent()) {
            return Optional.of(DISABLED);
        }
        int n = session.first(WAITING, row -> row.integer("n"), place.id(), waiting).orElse(0);
        return n < waiting ? Optional.empty() : Optional.of(FULL);
    }

    private static Leased leased(Row row) throws SQLException {
        return new Leased(DeliveryRows.delivery(row), row.text("receipt"));
    }

    private static Object[] place(StageRef stage, String url) {
        return new Object[]{stage.tenant().value(), stage.skill(), stage.stage(), url};
    }

    private record Place(long id, Health health) {
        static Place read(Row row) throws SQLException {
            return new Place(row.number("id"), DeliveryRows.health(row));
        }
    }
}
