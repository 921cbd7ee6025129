package dev.weir.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How fast one run's events reach N readers in this process, without sockets: {@code direct} (each loop walks over its readers and calls
 * them) against {@code feed} (publication, ring, log in memory, cursors), with the same readers on the same loops. Every reader checks that
 * it gets each event once and in order. Batches are sent while none is more than {@value #WINDOW} ahead of the slowest reader.
 */
public final class FeedBench {
    private static final int ROUNDS = 7;
    private static final int EVENTS_PER_BATCH = 16;
    private static final int WINDOW = 32;
    private static final int DELIVERIES = 10_000_000;
    private static final long POINT_NANOS = TimeUnit.SECONDS.toNanos(6);

    private FeedBench() {}

    /** Prints a table, in less than a minute; takes no arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        System.out.printf(Locale.ROOT,
                "Java %s, %d processors. Million deliveries a second: median (lowest to highest) of "
                        + "up to %d rounds of %d million.%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(),
                ROUNDS, DELIVERIES / 1_000_000);
        System.out.printf("%7s  %5s  %-28s  %-28s  %s%n", "readers", "loops", "direct (the baseline)", "feed",
                "feed/direct");
        for (int loops : List.of(1, 2)) {
            for (int count : List.of(100, 1_000, 10_000)) {
                point(loops, count);
            }
        }
    }

    private static void point(int loops, int count) throws InterruptedException {
        List<Double> direct = new ArrayList<>();
        List<Double> feed = new ArrayList<>();
        try (Readers readers = new Readers(loops, count)) {
            long end = System.nanoTime() + POINT_NANOS;
            round(new DirectCalls(readers), readers, count); // to warm up
            round(new FeedCalls(readers), readers, count);
            // By turns, so that whatever else the machine does hits both.
            while (direct.isEmpty() || (direct.size() < ROUNDS && System.nanoTime() < end)) {
                direct.add(round(new DirectCalls(readers), readers, count));
                feed.add(round(new FeedCalls(readers), readers, count));
            }
        }
        System.out.printf(Locale.ROOT, "%7d  %5d  %-28s  %-28s  %.2f%n", count, loops, text(direct), text(feed),
                median(feed) / median(direct));
    }

    /** Million deliveries a second. */
    private static double round(Way way, Readers readers, int count) throws InterruptedException {
        int batches = DELIVERIES / count / EVENTS_PER_BATCH;
        readers.rewind();
        way.open();
        long began = System.nanoTime();
        for (int batch = 0; batch < batches; batch++) {
            way.send(Events.batch((long) batch * EVENTS_PER_BATCH, EVENTS_PER_BATCH));
            readers.await((batch + 1L - WINDOW) * EVENTS_PER_BATCH);
        }
        readers.await((long) batches * EVENTS_PER_BATCH);
        long nanos = System.nanoTime() - began;
        way.close();
        return (double) batches * EVENTS_PER_BATCH * count * 1e3 / nanos;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String text(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(Locale.ROOT, "%.0f (%.0f to %.0f)", median(values), sorted.getFirst(), sorted.getLast());
    }
}
