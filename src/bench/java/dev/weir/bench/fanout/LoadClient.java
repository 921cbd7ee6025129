package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.List;

/**
 * One measurement on one thread: opens the subscribers, publishes from the same loop, counts every event that each of them receives. It knows nothing of
 * the server but its HTTP interface.
 */
final class LoadClient {
    private static final double CONNECTING = 60;
    private static final double SETTLING = 0.3;
    private static final int BURST = 64;
    private static final int CATCH_UP = 4096;
    private static final long SPIN_NANOS = 1_500_000;
    private static final int TURN_MILLIS = 20;
    private static final String COMPLETE = "complete";

    private enum Phase {
        CONNECT, SETTLE, WARM, BARRIER, MEASURE, DRAIN, DONE
    }

    private final Load load;
    private final Selector selector;
    private final Deliveries deliveries;
    private final Subscribers subscribers;
    private final long anchor = wallNanos() - System.nanoTime();
    private Publisher publisher;
    private Phase phase = Phase.CONNECT;
    private long phaseBegan;
    private String end = COMPLETE;
    private double secondsToConnect;
    private boolean paused;

    private long base;
    private long due;
    private long lastMoved;
    private long lastCount;
    private long firstEvent;
    private long lastEvent;
    private long firstCounted = 1;
    private long begin;
    private final long[] serverCpu = new long[2];
    private final long[] ownCpu = new long[2];
    private final long[] resident = new long[3];

    private LoadClient(Load load, Selector selector) {
        this.load = load;
        this.selector = selector;
        deliveries = new Deliveries(load.events().subscribers() - load.slow());
        subscribers = new Subscribers(load, selector, deliveries, this::now);
    }

    /** Takes the measurement. */
    static Outcome measure(Load load, String label) throws IOException {
        try (Selector selector = Selector.open()) {
            LoadClient client = new LoadClient(load, selector);
            try {
                client.loop();
                return client.outcome(label);
            } finally {
                client.subscribers.close();
                if (client.publisher != null) {
                    client.publisher.close();
                }
            }
        }
    }

    private void loop() throws IOException {
        resident[0] = ProcessUse.residentKib(load.pids());
        phaseBegan = now();
        while (true) {
            step();
            if (phase == Phase.DONE) {
                return;
            }
            long wait = publish();
            if (wait > SPIN_NANOS) {
                selector.select(this::selected, Math.min(TURN_MILLIS, wait / 1_000_000));
            } else {
                selector.selectNow(this::selected);
            }
        }
    }

    private void selected(SelectionKey key) {
        if (key.attachment() instanceof Subscriber subscriber) {
            subscribers.selected(subscriber);
        } else {
            publisher.selected();
        }
    }

    private void step() throws IOException {
        long now = now();
        double inPhase = (now - phaseBegan) / 1e9;
        switch (phase) {
            case CONNECT -> connect(inPhase);
            case SETTLE -> {
                if (inPhase > SETTLING) {
                    settled();
                }
            }
            case WARM -> {
                if (inPhase > load.times().warm()) {
                    enter(Phase.BARRIER);
                }
            }
            case BARRIER -> {
                if (allReceived()) {
                    beginMeasuring();
                } else if (inPhase > load.times().drain()) {
                    finish("the warm-up was not delivered");
                }
            }
            case MEASURE -> measuring(inPhase);
            case DRAIN -> {
                if (allReceived()) {
                    finish(COMPLETE);
                } else if (inPhase > load.times().drain()) {
                    finish("not everything came in time");
                }
            }
            case DONE -> throw new IllegalStateException("it is over");
        }
        watch(now);
    }

    private void connect(double inPhase) throws IOException {
        subscribers.open();
        if (subscribers.ready() == load.events().subscribers()) {
            secondsToConnect = inPhase;
            enter(Phase.SETTLE);
        } else if (inPhase > CONNECTING) {
            finish("not all could subscribe");
        }
    }

    private void settled() throws IOException {
        resident[1] = ProcessUse.residentKib(load.pids());
        if (load.target().way() == Load.Way.NONE) {
            beginMeasuring();
            return;
        }
        publisher = new Publisher(load, selector);
        base = now();
        due = 0;
        enter(Phase.WARM);
    }

    private void beginMeasuring() {
        if (publisher != null) {
            // Who only listens has perhaps received something already.
            deliveries.restart();
            subscribers.restart();
            firstCounted = publisher.published() + 1;
        }
        serverCpu[0] = ProcessUse.cpuNanos(load.pids());
        ownCpu[0] = ownCpu();
        begin = now();
        base = begin;
        due = 0;
        lastCount = 0;
        enter(Phase.MEASURE);
        if (load.pause().every() > 0) {
            subscribers.pause(true);
            paused = true;
        }
    }

    private void measuring(double inPhase) throws IOException {
        if (paused && inPhase > load.pause().seconds()) {
            subscribers.pause(false);
            paused = false;
        }
        boolean everything = load.pace().count() > 0 && allReceived();
        if (everything || inPhase > load.times().measured()) {
            if (publisher != null) {
                publisher.end();
            }
            enter(Phase.DRAIN);
        }
    }

    /** A stream that stands still or breaks is not worth the rest of the time. */
    private void watch(long now) {
        if (phase == Phase.DONE) {
            return;
        }
        long count = deliveries.steady().events() + deliveries.slow().events();
        boolean waiting = publisher != null && !allReceived();
        if (count != lastCount || !waiting) {
            lastEvent = count == lastCount ? lastEvent : now;
            firstEvent = firstEvent == 0 && count > 0 ? now : firstEvent;
            lastMoved = now;
            lastCount = count;
        }
        if (subscribers.closedEarly() > 0) {
            finish("closed early: " + subscribers.refusal());
        } else if (subscribers.refused() > 0) {
            finish("refused: " + subscribers.refusal());
        } else if (publisher != null && !publisher.problem().isEmpty() && phase != Phase.DRAIN) {
            finish(publisher.problem());
        } else if (waiting && (now - lastMoved) / 1e9 > load.times().stall()) {
            finish("stands still");
        }
    }

    private void enter(Phase next) {
        phase = next;
        phaseBegan = now();
        lastMoved = phaseBegan;
    }

    private void finish(String why) {
        end = why;
        serverCpu[1] = ProcessUse.cpuNanos(load.pids());
        ownCpu[1] = ownCpu();
        resident[2] = ProcessUse.residentKib(load.pids());
        enter(Phase.DONE);
    }

    private boolean allReceived() {
        if (load.idle()) {
            return true;
        }
        long last = last();
        return deliveries.head() > last && (publisher == null || (publisher.flushed() && publisher.unanswered() == 0))
                && missing(deliveries.slow(), load.slow()) <= 0;
    }

    private long last() {
        return publisher == null ? load.pace().count() : publisher.published();
    }

    /** Publishes what is due; the nanoseconds until the next message is. */
    private long publish() throws IOException {
        if ((phase != Phase.WARM && phase != Phase.MEASURE) || publisher == null) {
            return Long.MAX_VALUE;
        }
        long wait = load.pace().rate() > 0 ? scheduled() : windowed();
        if (!publisher.flushed()) {
            publisher.flush();
        }
        return wait;
    }

    private long windowed() {
        for (int i = 0; i < BURST && open(); i++) {
            publisher.publish(now());
        }
        return Long.MAX_VALUE;
    }

    private long scheduled() {
        for (int i = 0; i < CATCH_UP && open(); i++) {
            long at = base + (long) (due * 1e9 / load.pace().rate());
            long wait = at - now();
            if (wait > 0) {
                return wait;
            }
            due++;
            publisher.publish(at);
        }
        return Long.MAX_VALUE;
    }

    private boolean open() {
        long underWay = publisher.published() + 1 - deliveries.head();
        return publisher.ready() && underWay < (load.pace().window() > 0 ? load.pace().window() : Deliveries.RING - 1);
    }

    private Outcome outcome(String label) {
        double elapsed = (now() - begin) / 1e9;
        long from = publisher == null ? firstEvent : begin;
        double seconds = lastEvent > from ? (lastEvent - from) / 1e9 : 0;
        long events = deliveries.steady().events() + deliveries.slow().events();
        double serverSeconds = (serverCpu[1] - serverCpu[0]) / 1e9;
        int slow = load.slow();
        return new Outcome(label, end, seconds, last() - firstCounted + 1,
                group(deliveries.steady(), load.events().subscribers() - slow), group(deliveries.slow(), slow),
                new Outcome.Cost(serverSeconds, events > 0 ? serverSeconds * 1e6 / events : 0,
                        (ownCpu[1] - ownCpu[0]) / 1e9 / elapsed),
                new Outcome.Memory(resident[0], resident[1], resident[2]),
                new Outcome.Connections(subscribers.refused(), subscribers.closedEarly(), secondsToConnect,
                        subscribers.reads() > 0 ? (double) events / subscribers.reads() : 0));
    }

    private Outcome.Group group(Tally tally, int size) {
        return new Outcome.Group(size, missing(tally, size), tally.counts(), tally.latencies().summary());
    }

    private long missing(Tally tally, int size) {
        long published = load.idle() ? 0 : last() - firstCounted + 1;
        return published * size - tally.counts().distinct();
    }

    private long now() {
        return anchor + System.nanoTime();
    }

    private static long wallNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private static long ownCpu() {
        return ProcessUse.cpuNanos(List.of(ProcessHandle.current().pid()));
    }
}
