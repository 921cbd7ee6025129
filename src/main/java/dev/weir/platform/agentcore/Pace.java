package dev.weir.platform.agentcore;

import java.util.concurrent.TimeUnit;

/**
 * Lets at most {@code perSecond} things pass in any second: a bucket of a tenth of them, refilled at the rate of the other nine tenths.
 * One thread.
 */
final class Pace {
    private final double burst;
    private final double perNano;
    private double tokens;
    private long last;

    Pace(int perSecond, long now) {
        this.burst = Math.max(1, perSecond / 10.0);
        this.perNano = (perSecond - burst) / TimeUnit.SECONDS.toNanos(1);
        this.tokens = burst;
        this.last = now;
    }

    /** 0 if the thing may pass, and then it counts; else how many milliseconds to wait before asking again. */
    long take(long now) {
        tokens = Math.min(burst, tokens + (now - last) * perNano);
        last = now;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return 1 + TimeUnit.NANOSECONDS.toMillis((long) ((1 - tokens) / perNano));
    }
}
