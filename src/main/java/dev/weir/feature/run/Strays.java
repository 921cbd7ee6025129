package dev.weir.feature.run;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts runs back into the queue whose message got lost: a crash between two writes, or a queue that lost it. */
public final class Strays {
    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);
    private static final int AT_ONCE = 100;

    private final RunStore store;
    private final RunQueue queue;
    private final InstantSource clock;
    private final Duration patience;

    /** @param patience how long a run may wait unattended before it is looked after */
    public Strays(RunStore store, RunQueue queue, InstantSource clock, Duration patience) {
        this.store = store;
        this.queue = queue;
        this.clock = clock;
        this.patience = patience;
    }

    /** Offers the longest unattended ones again, each in its own place; of no effect for those that wait in the queue as they should. */
    public Future<Void> sweep() {
        return store.unattended(clock.instant().minus(patience), AT_ONCE)
                .compose(strays -> Future.all(strays.stream().map(this::offer).toList())).mapEmpty();
    }

    private Future<Void> offer(RunStore.Unattended stray) {
        return queue.offer(stray.run(), stray.place()).otherwise(full -> {
            LOG.atWarn().addKeyValue("run", stray.run()).setCause(full)
                    .log("a run could not be put back into the queue; trying again");
            return null;
        });
    }
}
