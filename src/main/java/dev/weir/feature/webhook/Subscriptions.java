package dev.weir.feature.webhook;

import io.vertx.core.Future;

/** Knows at the moment of sending who wants to be told. */
@FunctionalInterface
public interface Subscriptions {
    /** Whether the endpoint's stage is there and still tells this URL. A failure means that nobody knows now. */
    Future<Boolean> holds(Endpoint endpoint);
}
