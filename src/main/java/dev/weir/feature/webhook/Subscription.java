package dev.weir.feature.webhook;

import dev.weir.kernel.StageRef;
import java.util.Set;

/**
 * What a stage's owner wants to be told, and where.
 *
 * @param url as the tenant wrote it
 * @param secret names the signing keys, see {@link SecretNames}
 * @param secretId what that was, when it was saved; empty before
 * @param events types such as {@code run.succeeded}
 */
public record Subscription(String url, String secret, String secretId, Set<String> events) {
    /** Everything there is to be told. */
    public static final Set<String> EVENTS = Set.of("run.succeeded", "run.failed", "run.cancelled", "run.timed_out",
            "run.throttled", "schedule.paused");

    public Subscription {
        events = Set.copyOf(events);
    }

    /** The same, with what its secret turned out to be. */
    public Subscription resolved(String secretId) {
        return new Subscription(url, secret, secretId, events);
    }

    /** The same as a place to send to. */
    public Endpoint endpoint(StageRef stage) {
        return new Endpoint(stage, url, secret);
    }

    /** Without the URL: people put tokens into them. */
    @Override
    public String toString() {
        return "Subscription" + events;
    }
}
