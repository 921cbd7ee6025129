package dev.weir.feature.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How an endpoint fares: the circuit that keeps a dead one from costing tries, and the end of patience.
 *
 * @param failures in a row
 * @param failingSince the first of them
 * @param openUntil nothing is sent before
 * @param disabled why nothing is sent any more until somebody enables it again
 */
public record Health(int failures, Optional<Instant> failingSince, Instant openUntil, Optional<String> disabled) {
    public static final Health GOOD = new Health(0, Optional.empty(), Instant.EPOCH, Optional.empty());

    /** Failures in a row that open the circuit. */
    public static final int THRESHOLD = 5;
    /** How long it stays open first, doubled with each failure more. */
    static final Duration OPEN_FIRST = Duration.ofSeconds(30);
    static final Duration OPEN_MOST = Duration.ofMinutes(15);
    /** How long it stays open at most because a receiver asked for time; one letter may have to wait longer. */
    static final Duration ASKED_MOST = Duration.ofHours(1);
    /** Nothing but failures for so long, and at least so many, disable. */
    static final Duration PATIENCE = Duration.ofHours(24);
    static final int MANY = 12;

    /** How many letters may be under way at once: one, to see, while it has failed too often or its circuit is open. */
    public int room(int most, Instant now) {
        return failures >= THRESHOLD || isOpen(now) ? 1 : most;
    }

    /** Whether only what was asked for is sent. */
    public boolean isOpen(Instant now) {
        return openUntil.isAfter(now);
    }

    Health afterFailure(Instant now, Duration atLeast, String outcome) {
        int count = failures + 1;
        Instant since = failingSince.orElse(now);
        boolean hopeless = count >= MANY && !since.plus(PATIENCE).isAfter(now);
        Duration asked = atLeast.compareTo(ASKED_MOST) > 0 ? ASKED_MOST : atLeast;
        Instant until = now.plus(open(count).compareTo(asked) > 0 ? open(count) : asked);
        return new Health(count, Optional.of(since), until.isAfter(openUntil) ? until : openUntil,
                disabled.or(() -> hopeless
                        ? Optional.of("nothing but failures since " + since + "; the last was " + outcome)
                        : Optional.empty()));
    }

    Health afterGone() {
        return new Health(failures + 1, failingSince, openUntil,
                disabled.or(() -> Optional.of("the receiver answered 410 Gone")));
    }

    private static Duration open(int failures) {
        if (failures < THRESHOLD) {
            return Duration.ZERO;
        }
        Duration open = OPEN_FIRST.multipliedBy(1L << Math.min(10, failures - THRESHOLD));
        return open.compareTo(OPEN_MOST) > 0 ? OPEN_MOST : open;
    }
}
