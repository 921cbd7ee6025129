package dev.weir.feature.webhook;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The webhook desk: what is announced, how it went, and once more. Callers have checked that the tenant is the caller's own. */
public final class Webhooks {
    /** Deliveries that one step ends when a webhook is removed. */
    private static final int DROPPED_AT_ONCE = 500;
    private static final Pattern TYPE = Pattern.compile("[a-z_]{1,32}([.][a-z_]{1,32}){1,3}");

    private final DeliveryStore store;
    private final Courier courier;
    private final Runnable due;
    private final InstantSource clock;

    /** @param due called when something has become due, so that nobody waits for the next look; a lost call costs time only */
    public Webhooks(DeliveryStore store, Courier courier, Runnable due, InstantSource clock) {
        this.store = store;
        this.courier = courier;
        this.due = due;
        this.clock = clock;
    }

    /** A delivery and all its tries. */
    public record Story(Delivery delivery, List<Try> tries) {
        public Story {
            tries = List.copyOf(tries);
        }
    }

    /** For when an address is saved; fails with {@code Invalid} that names the rule it breaks. */
    public Future<Void> check(String url) {
        return courier.objection(url).compose(objection -> objection.<Future<Void>>map(rule -> Future.failedFuture(
                new ProblemException(Problem.Invalid.of("/webhook_url", "may not be reached: " + rule))))
                .orElseGet(Future::succeededFuture));
    }

    /**
     * Announces what became of a run. To say it again changes nothing: the id is made of the run's.
     *
     * @param type such as {@code run.succeeded}
     * @param data a JSON text
     */
    public Future<Delivery> announce(Endpoint endpoint, RunId run, String type, String data) {
        return add(delivery("msg_" + run.value(), endpoint, Optional.of(run), type, data), false);
    }

    /**
     * Announces something that is no run's. To say it again with the same {@code id} changes nothing.
     *
     * @param id of 1 to 60 letters, digits, {@code -} and {@code _}
     */
    public Future<Delivery> announce(Endpoint endpoint, String id, String type, String data) {
        return add(delivery("msg_" + id, endpoint, Optional.empty(), type, data), false);
    }

    /** Sends something that means nothing, to see whether it arrives; once, even if the circuit is open. */
    public Future<Delivery> ping(Endpoint endpoint) {
        String id = "msg_test_" + UUID.randomUUID();
        return add(delivery(id, endpoint, Optional.empty(), "webhook.test", "{}"), true);
    }

    /** How the endpoint fares; good if nothing was ever sent there. */
    public Future<Health> health(Endpoint endpoint) {
        return store.health(endpoint.stage(), endpoint.url());
    }

    /** Sends to it again, however it fared; its health then. */
    public Future<Health> enable(Endpoint endpoint) {
        return store.enable(endpoint.stage(), endpoint.url()).compose(_ -> {
            due.run();
            return health(endpoint);
        });
    }

    /** What tells of the run, oldest first. */
    public Future<List<Delivery>> ofRun(TenantId tenant, RunId run) {
        return store.ofRun(tenant, run);
    }

    /** Fails with {@code NotFound}. */
    public Future<Story> story(TenantId tenant, String id) {
        return store.find(tenant, id).map(found -> found.orElseThrow(Webhooks::absent))
                .compose(delivery -> store.tries(tenant, id).map(tries -> new Story(delivery, tries)));
    }

    /**
     * For when a stage is saved or deleted: ends what still waits to be sent for it anywhere else than to {@code keptUrl}. What is under way
     * arrives or not; it is not tried again.
     */
    public Future<Void> moved(StageRef stage, Optional<String> keptUrl) {
        return store.drop(stage, keptUrl, DROPPED_AT_ONCE)
                .compose(n -> n < DROPPED_AT_ONCE ? Future.succeededFuture() : moved(stage, keptUrl));
    }

    /**
     * Tries once more, also if the circuit is open, and on from there as if it were new; the same id, the same bytes. Fails with
     * {@code NotFound}.
     */
    public Future<Delivery> redeliver(TenantId tenant, String id) {
        return store.redeliver(tenant, id, clock.instant()).map(found -> {
            Delivery pending = found.orElseThrow(Webhooks::absent);
            due.run();
            return pending;
        });
    }

    private Future<Delivery> add(Delivery delivery, boolean asked) {
        return store.add(delivery, asked).map(added -> {
            due.run();
            return added;
        });
    }

    private Delivery delivery(String id, Endpoint endpoint, Optional<RunId> run, String type, String data) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("not a type of event");
        }
        Instant now = clock.instant();
        Buffer body = Buffer.buffer("{\"type\":\"" + type + "\",\"timestamp\":\"" + now + "\",\"data\":" + data + "}");
        return new Delivery(id, endpoint, run, type, body, State.PENDING, 0, now, now, Optional.empty());
    }

    private static ProblemException absent() {
        return new ProblemException(new Problem.NotFound("delivery", ""));
    }
}
