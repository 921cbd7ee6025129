package dev.weir.bench.fanout;

import java.util.Arrays;

/** How long deliveries took: counts in buckets whose width is 1/128 of their value, so that recording one takes no longer than adding one. */
final class Latencies {
    private static final int BITS = 7;
    private static final int SUB = 1 << BITS;

    private final long[] counts = new long[(Long.SIZE - BITS + 1) << BITS];
    private long count;
    private long max;

    /** Milliseconds. */
    record Summary(double p50, double p99, double p999, double max) {}

    /** @param nanos below zero counts as zero: clocks of two processes may differ by that much */
    void record(long nanos) {
        long value = Math.max(0, nanos);
        counts[index(value)]++;
        count++;
        max = Math.max(max, value);
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        max = 0;
    }

    Summary summary() {
        return new Summary(quantile(0.5), quantile(0.99), quantile(0.999), max / 1e6);
    }

    /** Milliseconds that this share of the deliveries did not exceed; 0 if there were none. */
    double quantile(double share) {
        long wanted = Math.min((long) (share * count), count - 1);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen > wanted) {
                return Math.min(upper(i), max) / 1e6;
            }
        }
        return max / 1e6;
    }

    private static int index(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        return ((exponent - BITS + 1) << BITS) + (int) ((value >> (exponent - BITS)) & (SUB - 1));
    }

    private static long upper(int index) {
        if (index < SUB) {
            return index;
        }
        int exponent = (index >> BITS) + BITS - 1;
        return (((long) SUB + (index & (SUB - 1)) + 1) << (exponent - BITS)) - 1;
    }
}
