package dev.weir.feature.interpreter.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a pool: work under way is waited for, for a while; then everything is stopped. Its lock is the pool's. */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Shelves shelves;
    private final Stops stops;
    private final Duration drain;
    private final Promise<Void> empty = Promise.promise();
    private Future<Void> closed;

    Closing(Shelves shelves, Stops stops, Duration drain) {
        this.shelves = shelves;
        this.stops = stops;
        this.drain = drain;
    }

    boolean hasBegun() {
        synchronized (shelves) {
            return closed != null;
        }
    }

    /** @param drop takes what leaves the pool for it */
    Future<Void> begin(Consumer<Slot> drop) {
        Promise<Void> done = Promise.promise();
        List<Slot> free;
        synchronized (shelves) {
            if (closed != null) {
                return closed;
            }
            closed = done.future();
            free = shelves.flush(_ -> true).free();
        }
        free.forEach(drop);
        look();
        within(empty.future()).otherwiseEmpty().compose(_ -> {
            busy().forEach(drop);
            return within(stops.quiet());
        }).onComplete(ended -> {
            if (ended.failed()) {
                LOG.atWarn().addKeyValue("sessions", stops.pending())
                        .log("the pool closed before all of its sessions were stopped");
            }
            done.complete();
        });
        return done.future();
    }

    /** Something left the pool: perhaps it was the last. */
    void look() {
        boolean isEmpty;
        synchronized (shelves) {
            isEmpty = closed != null && shelves.live() == 0;
        }
        if (isEmpty) {
            empty.tryComplete();
        }
    }

    private List<Slot> busy() {
        synchronized (shelves) {
            return shelves.spoilBusy();
        }
    }

    private Future<Void> within(Future<Void> future) {
        return future.timeout(drain.toMillis(), TimeUnit.MILLISECONDS);
    }
}
