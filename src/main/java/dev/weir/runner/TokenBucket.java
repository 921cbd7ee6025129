package dev.weir.runner;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many messages a second and a few at once: no second ever holds more than {@code rate} and a fifth of it. */
final class TokenBucket {
    private final LongSupplier nanoClock;
    private final long nanosPerToken;
    private final long capacityNanos;
    private long savedNanos;
    private long last;

    TokenBucket(int ratePerSecond, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.nanosPerToken = TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
        this.capacityNanos = nanosPerToken * Math.max(1, ratePerSecond / 5);
        this.savedNanos = capacityNanos;
        this.last = nanoClock.getAsLong();
    }

    /** 0 if a message may be sent now (and counts), else milliseconds until it is worth asking again, at least 1. */
    long take() {
        long now = nanoClock.getAsLong();
        savedNanos = Math.min(capacityNanos, savedNanos + now - last);
        last = now;
        if (savedNanos >= nanosPerToken) {
            savedNanos -= nanosPerToken;
            return 0;
        }
        return TimeUnit.NANOSECONDS.toMillis(nanosPerToken - savedNanos) + 1;
    }
}
