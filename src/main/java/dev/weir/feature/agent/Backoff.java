package dev.weir.feature.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to open an agent connection again: the rule, without clock or timer. Jitter is drawn from {@code random}, so that many gateways
 * that lost their connections at once do not come back at once.
 */
public record Backoff(RandomGenerator random) {
    public static final Duration MIN = Duration.ofMillis(100);
    public static final Duration MAX = Duration.ofSeconds(5);

    /** Doublings after which the ceiling is certainly {@link #MAX}. */
    private static final int MOST_DOUBLINGS = 16;

    /**
     * The pause before the next attempt: uniform between {@link #MIN} and a ceiling that doubles with each failure, from 200 ms up to
     * {@link #MAX}.
     *
     * @param failures in a row so far; 1 after the first
     */
    public Duration pause(int failures) {
        int doublings = Math.clamp(failures, 1, MOST_DOUBLINGS);
        long ceiling = Math.min(MAX.toMillis(), MIN.toMillis() << doublings);
        return Duration.ofMillis(random.nextLong(MIN.toMillis(), ceiling + 1));
    }

    /** The age at which a connection is replaced: uniform between 90 and 100 % of {@code maximum}. */
    public Duration plannedAge(Duration maximum) {
        long full = maximum.toMillis();
        return Duration.ofMillis(random.nextLong(full - full / 10, full + 1));
    }
}
