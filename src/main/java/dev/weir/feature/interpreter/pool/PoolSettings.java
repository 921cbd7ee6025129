package dev.weir.feature.interpreter.pool;

import java.time.Duration;

/**
 * How many sessions there are, and for how long.
 *
 * @param warm sessions kept of each key; more are there only while so many are in use at once
 * @param idle a free session that was not used for exactly so long, or longer, is stale
 * @param lifetime asked of the service, whole seconds; nothing extends it
 * @param margin a session with less of its life left is not lent
 * @param limit sessions of all keys, those being started included; a tenth more may be there while they are being stopped. Well below the
 *        service's 1,000 (AWS: concurrent sessions per account)
 * @param drain that work under way is given when the pool closes, and then once more the stopping of what is left
 */
public record PoolSettings(int warm, Duration idle, Duration lifetime, Duration margin, int limit, Duration drain) {
    public static final PoolSettings DEFAULT = new PoolSettings(8, Duration.ofMinutes(30), Duration.ofHours(1),
            Duration.ofMinutes(2), 900, Duration.ofSeconds(20));

    public PoolSettings {
        if (warm < 1 || limit < warm) {
            throw new IllegalArgumentException("at least one warm session, and a limit that is not lower");
        }
        if (margin.isNegative() || margin.compareTo(lifetime) >= 0) {
            throw new IllegalArgumentException("the margin must be shorter than a session's life");
        }
        if (idle.isNegative() || idle.isZero() || drain.isNegative() || drain.isZero()) {
            throw new IllegalArgumentException("times must be positive");
        }
    }
}
