package dev.weir.feature.webhook;

import dev.weir.kernel.StageRef;
import java.util.Set;

/**
 * What a stage's owner wants to be told, and where.
 *
 * @param url as the tenant wrote it
 * @param secret names the signing keys, see {@link SecretNames}
 * @param secretId what that was, when it was last saved
 * @param events types such as {@code run.succeeded}
 */
public record Subscription(String url, String secret, String secretId, Set<String> events) {
    public Subscription {
        events = Set.copyOf(events);
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
