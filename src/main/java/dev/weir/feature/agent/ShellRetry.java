package dev.weir.feature.agent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to connect to a shell again: the rule, without clock or timer. The figures of {@link #aws} are those of AWS's own SDKs.
 *
 * @param opening how often a first connection is tried
 * @param pauses one before each attempt, 25 % more or less
 * @param rest after the last of them, before they begin anew
 * @param window since the loss, after which the shell is given up; the service keeps it as long
 */
public record ShellRetry(int opening, List<Duration> pauses, Duration rest, Duration window, RandomGenerator random) {
    private static final Duration FIRST_OPENING = Duration.ofMillis(250);
    private static final int MOST_DOUBLINGS = 8;

    public ShellRetry {
        pauses = List.copyOf(pauses);
    }

    public static ShellRetry aws(RandomGenerator random) {
        return new ShellRetry(5, List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4),
                Duration.ofSeconds(8), Duration.ofSeconds(15)), Duration.ofSeconds(30), Duration.ofMinutes(15), random);
    }

    /** The pause before a first connection is tried again; empty when it is not. */
    public Optional<Duration> beforeOpening(int failures) {
        return failures >= opening
                ? Optional.empty()
                : Optional.of(jittered(FIRST_OPENING.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS))));
    }

    /**
     * The pause before a lost shell is connected to again; empty when it is given up.
     *
     * @param failures since the loss; 0 before the first attempt
     * @param sinceLoss so far
     */
    public Optional<Duration> beforeAgain(int failures, Duration sinceLoss) {
        int place = failures % (pauses.size() + 1);
        Duration pause = jittered(place < pauses.size() ? pauses.get(place) : rest);
        return sinceLoss.plus(pause).compareTo(window) > 0 ? Optional.empty() : Optional.of(pause);
    }

    private Duration jittered(Duration pause) {
        long millis = pause.toMillis();
        return Duration.ofMillis(random.nextLong(millis - millis / 4, millis + millis / 4 + 1));
    }
}
