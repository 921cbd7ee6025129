package dev.weir.feature.interpreter.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the sessions that left the pool. Nobody waits for that, an error is logged and counted, and only some are stopped at a time, for the
 * service takes 30 calls a second. Those that wait are as many as the pool lets leave: it counts them.
 */
final class Stops {
    private static final Logger LOG = LoggerFactory.getLogger(Stops.class);
    private static final int AT_ONCE = 16;

    private final Consumer<PoolEvent> events;
    private final ArrayDeque<Slot> waiting = new ArrayDeque<>();
    private final List<Promise<Void>> quiet = new ArrayList<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private int running;

    Stops(Consumer<PoolEvent> events) {
        this.events = events;
    }

    void add(Slot slot) {
        synchronized (waiting) {
            waiting.addLast(slot);
        }
        work();
    }

    /** Sessions that are not stopped yet. */
    int pending() {
        synchronized (waiting) {
            return waiting.size() + running;
        }
    }

    /** Completes when there are none left. */
    Future<Void> quiet() {
        Promise<Void> promise = Promise.promise();
        synchronized (waiting) {
            quiet.add(promise);
        }
        work();
        return promise.future();
    }

    /** One thread at a time, however deep a stop that completes at once calls back. */
    private void work() {
        if (rounds.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Slot next = next(); next != null; next = next()) {
                stop(next);
            }
            takeIfQuiet().forEach(Promise::complete);
            seen = rounds.addAndGet(-seen);
        } while (seen != 0);
    }

    private Slot next() {
        synchronized (waiting) {
            if (running >= AT_ONCE || waiting.isEmpty()) {
                return null;
            }
            running++;
            return waiting.removeFirst();
        }
    }

    private List<Promise<Void>> takeIfQuiet() {
        synchronized (waiting) {
            if (running > 0 || !waiting.isEmpty()) {
                return List.of();
            }
            List<Promise<Void>> told = List.copyOf(quiet);
            quiet.clear();
            return told;
        }
    }

    private void stop(Slot slot) {
        Future<Void> stopping;
        try {
            stopping = slot.interpreter.stop(slot.session);
        } catch (RuntimeException failure) {
            stopping = Future.failedFuture(failure);
        }
        stopping.onComplete(done -> {
            if (done.succeeded()) {
                events.accept(new PoolEvent.Stopped(slot.key));
            } else {
                LOG.atWarn().addKeyValue("tenant", slot.key.tenant()).addKeyValue("session", slot.session)
                        .setCause(done.cause()).log("a session could not be stopped; it ends with its lifetime");
                events.accept(new PoolEvent.StopFailed(slot.key));
            }
            synchronized (waiting) {
                running--;
            }
            work();
        });
    }
}
