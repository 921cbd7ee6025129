package dev.weir.config;

import java.time.Duration;

/**
 * Telling other systems how runs end.
 *
 * @param timeout for all of one try
 * @param maxConcurrent tries at the same time
 * @param maxConcurrentPerEndpoint of them, to one endpoint
 * @param maxWaiting deliveries that may wait for one endpoint
 * @param keep how long one that is done with is kept
 * @param allowLoopback whether this machine itself may be told, over http also
 * @param blocked further networks that may not be told, in CIDR notation between blanks
 */
public record WebhooksConfig(Duration timeout, int maxConcurrent, int maxConcurrentPerEndpoint, int maxWaiting,
        Duration keep, boolean allowLoopback, String blocked) {
    public static final WebhooksConfig DEFAULT = new WebhooksConfig(Duration.ofSeconds(15), 64, 4, 10_000,
            Duration.ofDays(30), false, "");
}
