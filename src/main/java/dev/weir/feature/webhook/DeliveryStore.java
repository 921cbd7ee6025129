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

    /**
     * Adds a pending delivery, unless there is one of its id. If its endpoint is disabled, or as many wait for it as the store lets wait, it
     * is kept as failed with {@link #DISABLED} or {@link #FULL}. The delivery as it is now.
     */
    Future<Delivery> add(Delivery delivery);

    /** A foreign id reads as absent. */
    Future<Optional<Delivery>> find(TenantId tenant, String id);

    /** What tells of a run, oldest first, at most 100. */
    Future<List<Delivery>> ofRun(TenantId tenant, RunId run);

    /** Every try, oldest first. */
    Future<List<Try>> tries(TenantId tenant, String id);

    /**
     * Takes up to {@code max} deliveries that are due, hiding each until {@code until}. Endpoints take turns, the one served longest ago
     * first; none gets more than {@link Health#room} of {@code perEndpoint}, what is under way included, and none that is open or disabled
     * gets any.
     */
    Future<List<Leased>> lease(int max, int perEndpoint, Instant now, Instant until);

    /**
     * Ends a try: logs it, and moves delivery and endpoint as {@code rule} says of the endpoint's health at that moment, which may be asked
     * more than once. If that disables the endpoint, all that wait for it become failed. False, and nothing changed, if the lease was lost.
     */
    Future<Boolean> settle(Leased leased, Instant at, Duration took, Function<Health, Step> rule);

    /**
     * Makes a delivery pending and due {@code now}, whatever became of it, unless it is being tried; empty if the tenant has none such. If
     * its endpoint is disabled, it waits until that is enabled.
     */
    Future<Optional<Delivery>> redeliver(TenantId tenant, String id, Instant now);

    /** The health of an endpoint; good if it is not known. */
    Future<Health> health(StageRef stage, String url);

    /** Makes the endpoint good again. */
    Future<Void> enable(StageRef stage, String url);

    /** Forgets up to {@code max} deliveries that were made before {@code before} and are not pending. How many. */
    Future<Integer> forget(Instant before, int max);

    /** A delivery taken; the receipt is void once the lease is lost. */
    record Leased(Delivery delivery, String receipt) {}
}
