package dev.weir.bench.fanout;

import java.util.HashSet;
import java.util.Set;

/** What one group of subscribers has received, and what was wrong with it. */
final class Tally {
    private static final int REMEMBERED = 100_000;

    private final Latencies latencies = new Latencies();
    /** Skipped numbers by subscriber: one of them that comes later was not lost but out of order. */
    private final Set<Skipped> skipped = new HashSet<>();
    private long events;
    private long gaps;
    private long repeats;
    private long reordered;
    private long bad;

    private record Skipped(int subscriber, long n) {}

    /**
     * How the events came.
     *
     * @param gaps numbers that were skipped
     * @param reordered of these, those that came later
     * @param repeats numbers that came again
     * @param bad payloads that are not what was published, their length included
     */
    record Counts(long events, long gaps, long reordered, long repeats, long bad) {
        /** Different events. */
        long distinct() {
            return events - repeats;
        }

        boolean clean() {
            return gaps == 0 && repeats == 0 && bad == 0;
        }
    }

    void inOrder(long nanos) {
        events++;
        latencies.record(nanos);
    }

    void skipped(int subscriber, long from, long to) {
        gaps += to - from;
        for (long n = from; n < to && skipped.size() < REMEMBERED; n++) {
            skipped.add(new Skipped(subscriber, n));
        }
    }

    void behind(int subscriber, long n) {
        events++;
        if (skipped.remove(new Skipped(subscriber, n))) {
            reordered++;
        } else {
            repeats++;
        }
    }

    void bad() {
        bad++;
    }

    long events() {
        return events;
    }

    Latencies latencies() {
        return latencies;
    }

    Counts counts() {
        return new Counts(events, gaps, reordered, repeats, bad);
    }

    /** Forgets what is measured; skipped numbers stay known. */
    void restart() {
        latencies.clear();
        events = 0;
        gaps = 0;
        repeats = 0;
        reordered = 0;
        bad = 0;
    }
}
