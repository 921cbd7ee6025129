package dev.weir.feature.run;

import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts runs back into the queue whose message got lost: a crash between two writes, or a queue that lost it or did not take it. */
public final class Strays {
    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);
    /** Of each kind. */
    private static final int AT_ONCE = 100;

    private final RunStore store;
    private final RunQueue queue;
    private final InstantSource clock;
    private final Duration patience;
    private final Walk queued = new Walk(RunStatus.QUEUED, new AtomicReference<>(Optional.empty()));
    private final Walk running = new Walk(RunStatus.RUNNING, new AtomicReference<>(Optional.empty()));

    /**
     * One way through all runs of a kind, a part of it with each sweep: those at its begin may be many, and not be lost at all.
     *
     * @param after where the next sweep goes on; empty: at the begin
     */
    private record Walk(RunStatus status, AtomicReference<Optional<RunId>> after) {}

    /** @param patience how long a run may wait unattended before it is looked after */
    public Strays(RunStore store, RunQueue queue, InstantSource clock, Duration patience) {
        this.store = store;
        this.queue = queue;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Offers the next unattended ones again, each in its own place; of no effect for those that wait in the queue as they should. Not to be
     * called while an earlier call is under way.
     */
    public Future<Void> sweep() {
        Instant before = clock.instant().minus(patience);
        return Future.join(next(queued, before), next(running, before)).mapEmpty();
    }

    private Future<Void> next(Walk walk, Instant before) {
        return store.unattended(walk.status(), before, walk.after().get(), AT_ONCE).compose(strays -> {
            walk.after().set(strays.size() < AT_ONCE ? Optional.empty() : Optional.of(strays.getLast().run()));
            List<Future<Void>> offers = strays.stream().map(each -> queue.offer(each.run(), each.place())).toList();
            return Future.join(offers).<Void>mapEmpty().otherwise(_ -> told(offers));
        });
    }

    /** One word on all of them: a full queue refuses many. */
    private static Void told(List<Future<Void>> offers) {
        List<Throwable> refusals = offers.stream().filter(Future::failed).map(Future::cause).toList();
        LOG.atWarn().addKeyValue("runs", refusals.size()).setCause(refusals.getFirst())
                .log("runs could not be put back into the queue; trying again");
        return null;
    }
}
