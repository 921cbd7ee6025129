package dev.weir.bench.fanout;

/**
 * Judges every event that a subscriber receives: whether its number is the next one, and how far all of them have come. Those that stop reading for a
 * while are counted by themselves, and nobody waits for them.
 */
final class Deliveries {
    /** So many messages may be under way at most. */
    static final int RING = 1 << 16;

    private final Tally steady = new Tally();
    private final Tally slow = new Tally();
    private final int[] received = new int[RING];
    private final int waitedFor;
    private long head = 1;

    /** @param waitedFor steady subscribers */
    Deliveries(int waitedFor) {
        this.waitedFor = waitedFor;
    }

    Tally steady() {
        return steady;
    }

    Tally slow() {
        return slow;
    }

    /** The lowest number that some steady subscriber has not received. */
    long head() {
        return head;
    }

    void received(Subscriber subscriber, long n, long nanos) {
        Tally tally = subscriber.slow() ? slow : steady;
        long next = subscriber.next();
        if (n < next) {
            tally.behind(subscriber.id(), n);
            return;
        }
        if (n > next) {
            tally.skipped(subscriber.id(), next, n);
        }
        subscriber.next(n + 1);
        tally.inOrder(nanos);
        if (!subscriber.slow()) {
            for (long passed = Math.max(next, n - RING + 1); passed <= n; passed++) {
                passed(passed);
            }
        }
    }

    /** What is lost is not waited for, either. */
    private void passed(long n) {
        if (n < head || n - head >= RING) {
            return;
        }
        received[(int) n & (RING - 1)]++;
        while (received[(int) head & (RING - 1)] >= waitedFor) {
            received[(int) head & (RING - 1)] = 0;
            head++;
        }
    }

    void bad(Subscriber subscriber) {
        (subscriber.slow() ? slow : steady).bad();
    }

    void restart() {
        steady.restart();
        slow.restart();
    }
}
