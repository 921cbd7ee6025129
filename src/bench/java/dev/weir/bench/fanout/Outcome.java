package dev.weir.bench.fanout;

/**
 * What came of a measurement.
 *
 * @param label what was measured
 * @param end why it ended: {@code complete}, or what went wrong
 * @param seconds from the first message that counts to the last delivery
 * @param published messages that count
 * @param slow those that stopped reading for a while
 */
record Outcome(String label, String end, double seconds, long published, Group steady, Group slow,
        Cost cost, Memory memory, Connections connections) {

    /**
     * A group of subscribers.
     *
     * @param missing what was published and did not come
     */
    record Group(int subscribers, long missing, Tally.Counts counts, Latencies.Summary millis) {
        boolean complete() {
            return missing == 0 && counts.clean();
        }
    }

    /**
     * CPU time.
     *
     * @param serverSeconds of the server's processes, all threads
     * @param perMillion the same for a million deliveries
     * @param clientShare of this process by elapsed time: near 1, it is the client that limits
     */
    record Cost(double serverSeconds, double perMillion, double clientShare) {}

    /** Resident KiB of the server's processes: before the first connection, with all subscribed, at the end. */
    record Memory(long before, long subscribed, long after) {
        double bytesPerSubscriber(int subscribers) {
            return (subscribed - before) * 1024.0 / subscribers;
        }
    }

    record Connections(int refused, int closedEarly, double secondsToConnect, double eventsPerRead) {}

    /** Everything came exactly once, in order, whole. */
    boolean exact() {
        return end.equals("complete") && steady.complete() && slow.complete() && connections.refused() == 0
                && connections.closedEarly() == 0;
    }

    /** Deliveries a second, to all. */
    double deliveriesPerSecond() {
        return seconds > 0 ? (steady.counts().events() + slow.counts().events()) / seconds : 0;
    }
}
