package dev.weir.feature.webhook;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Deliveries, their tries, and the health of their endpoints. Every change is atomic and durable when its future completes. */
public interface DeliveryStore {
    /** Said of a delivery that its endpoint's state kept from being tried. */
    String DISABLED = "the endpoint is disabled";
    /** Said of a delivery that came when too many waited. */
    String FULL = "too many deliveries wait for this endpoint";
    /** Said of a delivery whose stage is gone or tells somebody else by now. */
    String REMOVED = "the webhook was removed";
    /** Tries that are kept of one delivery. */
    int MAX_TRIES = 100;

    /**
     * Adds a pending delivery, unless there is one of its id. If its endpoint is disabled, or as many wait for it as the store lets wait, it
     * is kept as failed with {@link #DISABLED} or {@link #FULL}. The delivery as it is now.
     *
     * @param asked whether somebody wants it tried even while the circuit is open
     */
    Future<Delivery> add(Delivery delivery, boolean asked);

    /** A foreign id reads as absent. */
    Future<Optional<Delivery>> find(TenantId tenant, String id);

    /** What tells of a run, oldest first, at most 100. */
    Future<List<Delivery>> ofRun(TenantId tenant, RunId run);

    /** The newest {@value #MAX_TRIES} tries, oldest first; older ones are forgotten. */
    Future<List<Try>> tries(TenantId tenant, String id);

    /**
     * Takes what is due, hiding each until {@code until}. Tenants take turns, the one served longest ago first, and so do the endpoints of
     * each; none gets more than its room, an endpoint {@link Health#room} of that, what is under way included. Whoever has no room keeps its
     * turn. A disabled endpoint gets nothing, and while its circuit is open one only what was asked for, one at a time.
     *
     * <p>A lease that ended by {@code now} is lost: its delivery waits again, or has become failed if its endpoint is disabled.
     */
    Future<List<Leased>> lease(Room room, Instant now, Instant until);

    /**
     * Ends a try: logs it, and moves delivery and endpoint as {@code rule} says of the endpoint's health at that moment, which may be asked
     * more than once. If the endpoint is disabled by that, all that wait for it become failed; if it was before, this one does at most. False,
     * and nothing changed, if the lease was lost.
     *
     * @param at when the try began
     */
    Future<Boolean> settle(Leased leased, Instant at, Duration took, Function<Health, Step> rule);

    /**
     * Makes a delivery pending and due {@code now}, whatever became of it, unless it is being tried; empty if the tenant has none such. If
     * its endpoint is disabled, it waits until that is enabled; an open circuit does not keep it from being tried once.
     */
    Future<Optional<Delivery>> redeliver(TenantId tenant, String id, Instant now);

    /** The health of an endpoint; good if it is not known. */
    Future<Health> health(StageRef stage, String url);

    /** Makes the endpoint good again. */
    Future<Void> enable(StageRef stage, String url);

    /**
     * Ends up to {@code max} deliveries that wait to be sent for {@code stage} anywhere else than to {@code keptUrl}: failed, with
     * {@link #REMOVED}. What is being tried is not touched. How many.
     */
    Future<Integer> drop(StageRef stage, Optional<String> keptUrl, int max);

    /**
     * Forgets up to {@code max} deliveries that were made before {@code before} and are not pending, and those of their endpoints that have
     * no deliveries left and fare well. How many deliveries.
     */
    Future<Integer> forget(Instant before, int max);

    /**
     * How many may be under way.
     *
     * @param most to take in one call
     * @param perTenant what is under way already included
     * @param perEndpoint what is under way already included
     */
    record Room(int most, int perTenant, int perEndpoint) {}

    /** A delivery taken; the receipt is void once the lease is lost. */
    record Leased(Delivery delivery, String receipt) {}
}
