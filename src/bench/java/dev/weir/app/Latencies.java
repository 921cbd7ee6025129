package dev.weir.app;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How long something took, each time; thread-safe. */
final class Latencies {
    private long[] nanos = new long[1 << 16];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    /** Forgets what was before everything was warm. */
    synchronized void restart() {
        count = 0;
    }

    synchronized int count() {
        return count;
    }

    synchronized double millis(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0
                ? Double.NaN
                : sorted[(int) (share * (count - 1))] / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** The usual shares. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.2f  p90 %.2f  p99 %.2f  max %.2f ms", millis(0.5), millis(0.9),
                millis(0.99), millis(1));
    }
}
