package dev.weir.feature.interpreter.pool;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sessions warm and lends each to one piece of work at a time. Usable from any thread; the one lock is held for a look at the shelves and
 * never while anything is called, so starts of one key go on side by side. Futures complete on the thread that completed the call before them.
 */
public final class InterpreterPool {
    private static final Logger LOG = LoggerFactory.getLogger(InterpreterPool.class);
    private static final Optional<String> NAME = Optional.of("weir-pool");

    private final Function<String, Interpreter> interpreters;
    private final PoolSettings settings;
    private final LongSupplier nanos;
    private final Consumer<PoolEvent> listener;
    private final Stops stops;
    /** The lock, too. */
    private final Shelves shelves;
    private final Closing closing;

    /**
     * A pool without sessions.
     *
     * @param interpreters an environment's interpreter; throws {@link ProblemException} if there is none
     * @param nanos a monotonic clock, such as {@code System::nanoTime}
     * @param listener for meters; what it throws is logged and changes nothing
     */
    public InterpreterPool(Function<String, Interpreter> interpreters, PoolSettings settings, LongSupplier nanos,
            Consumer<PoolEvent> listener) {
        this.interpreters = interpreters;
        this.settings = settings;
        this.nanos = nanos;
        this.listener = listener;
        this.shelves = new Shelves(settings);
        this.stops = new Stops(this::tell);
        this.closing = new Closing(shelves, stops, settings.drain());
    }

    /** As {@link #withSession(PoolKey, Wish, Function)}, with whatever session there is. */
    public <T> Future<T> withSession(PoolKey key, Function<Lease, Future<T>> work) {
        return withSession(key, Wish.any(), work);
    }

    /**
     * Lends a session to {@code work} until the future that it returns completes, in whichever way; the session is back in the pool, or on its
     * way out, before the returned future completes. Fails with {@code Unavailable} if there is no room or the pool is closed, with
     * {@link CancellationException} if the wish was given up, with what the service says if no session can be started, else as the work does.
     */
    public <T> Future<T> withSession(PoolKey key, Wish wish, Function<Lease, Future<T>> work) {
        Shelves.Taken taken;
        try {
            synchronized (shelves) {
                if (closing.hasBegun()) {
                    throw closed();
                }
                taken = shelves.take(key, wish.needs(), stops.pending(), nanos.getAsLong());
            }
        } catch (ProblemException full) {
            tell(new PoolEvent.Refused(key));
            return Future.failedFuture(full);
        }
        taken.evicted().forEach(slot -> drop(slot, PoolEvent.Reason.EVICTED));
        if (taken.fresh()) {
            return begin(taken.slot(), wish, work);
        }
        tell(new PoolEvent.Hit(key));
        return lend(taken.slot(), false, work);
    }

    /** Starts one more session for later, unless the key has as many as are kept warm. Completes when it is there. */
    public Future<Void> warmUp(PoolKey key) {
        Shelves.Taken taken;
        synchronized (shelves) {
            if (closing.hasBegun() || shelves.total(key) >= settings.warm()) {
                return Future.succeededFuture();
            }
            try {
                taken = shelves.room(key, stops.pending(), nanos.getAsLong());
            } catch (ProblemException full) {
                return Future.failedFuture(full);
            }
        }
        taken.evicted().forEach(slot -> drop(slot, PoolEvent.Reason.EVICTED));
        return start(taken.slot()).onSuccess(_ -> putBack(taken.slot()));
    }

    /** For a session that is to be started: what comes back finds its request waiting, or nobody. */
    private <T> Future<T> begin(Slot slot, Wish wish, Function<Lease, Future<T>> work) {
        Promise<T> result = Promise.promise();
        AtomicBoolean answered = new AtomicBoolean();
        start(slot).onComplete(started -> {
            boolean isWaiting = answered.compareAndSet(false, true);
            if (started.failed()) {
                result.tryFail(started.cause());
            } else if (isWaiting && !closing.hasBegun()) {
                lend(slot, true, work).onComplete(result);
            } else {
                putBack(slot);
                if (isWaiting) {
                    result.fail(closed());
                }
            }
        });
        wish.givenUp().onComplete(_ -> {
            if (answered.compareAndSet(false, true)) {
                result.tryFail(new CancellationException("given up before there was a session"));
            }
        });
        return result.future();
    }

    /** Afterwards the slot is in use, or gone. */
    private Future<Void> start(Slot slot) {
        Future<Interpreter.Session> starting;
        try {
            slot.interpreter = interpreters.apply(slot.key.environment());
            starting = slot.interpreter.start(NAME, settings.lifetime());
        } catch (RuntimeException failure) {
            starting = Future.failedFuture(failure);
        }
        Future<Interpreter.Session> asked = starting;
        return asked.transform(started -> {
            Duration took = Duration.ofNanos(nanos.getAsLong() - slot.born);
            synchronized (shelves) {
                if (started.succeeded()) {
                    slot.session = started.result().id();
                    shelves.started(slot, took);
                } else {
                    shelves.notStarted(slot);
                }
            }
            closing.look();
            tell(started.succeeded() ? new PoolEvent.Started(slot.key, took) : new PoolEvent.StartFailed(slot.key));
            return asked.mapEmpty();
        });
    }

    private <T> Future<T> lend(Slot slot, boolean fresh, Function<Lease, Future<T>> work) {
        Lease lease = new Lease(slot, fresh, settings.lifetime(), nanos, this::spoil);
        Future<T> result;
        try {
            result = work.apply(lease);
        } catch (Throwable failure) {
            result = Future.failedFuture(failure);
        }
        Promise<T> after = Promise.promise();
        result.onComplete(ended -> {
            if (!lease.end()) {
                spoil(lease, "a call was still under way at the end of the work");
            }
            putBack(slot);
            after.handle(ended);
        });
        return after.future();
    }

    private void putBack(Slot slot) {
        List<Shelves.Dropping> dropped;
        synchronized (shelves) {
            dropped = shelves.putBack(slot, !closing.hasBegun(), nanos.getAsLong());
        }
        dropped.forEach(each -> drop(each.slot(), each.reason()));
        closing.look();
    }

    private void spoil(Lease lease, String reason) {
        synchronized (shelves) {
            if (!shelves.spoil(lease.slot(), lease.number())) {
                return;
            }
        }
        Slot slot = lease.slot();
        LOG.atInfo().addKeyValue("tenant", slot.key.tenant()).addKeyValue("session", slot.session)
                .addKeyValue("why", reason).log("a session is in quarantine");
        drop(slot, PoolEvent.Reason.QUARANTINED);
    }

    private void drop(Slot slot, PoolEvent.Reason reason) {
        tell(new PoolEvent.Dropped(slot.key, reason));
        stops.add(slot);
    }

    /**
     * Ends all sessions of a tenant: those that are free now, those in use when their work ends, and those being started after the work that
     * waits for them. None of them is lent from now on.
     *
     * @return how many there are
     */
    public int flush(TenantId tenant) {
        return flush(key -> key.tenant().equals(tenant));
    }

    /** As {@link #flush}, for all tenants. */
    public int flushAll() {
        return flush(_ -> true);
    }

    private int flush(Predicate<PoolKey> whose) {
        Shelves.Flushed flushed;
        synchronized (shelves) {
            flushed = shelves.flush(whose);
        }
        flushed.free().forEach(slot -> drop(slot, PoolEvent.Reason.FLUSHED));
        return flushed.count();
    }

    /**
     * Stops free sessions that are stale or near the end of their life. How often is the caller's affair; until then they are only not lent.
     *
     * @return how many there were
     */
    public int prune() {
        List<Slot> dropped;
        synchronized (shelves) {
            dropped = shelves.prune(nanos.getAsLong());
        }
        dropped.forEach(slot -> drop(slot, PoolEvent.Reason.PRUNED));
        return dropped.size();
    }

    /** Sessions that are free or in use; those being started do not count. */
    public int size() {
        return size(_ -> true);
    }

    public int size(PoolKey key) {
        return size(key::equals);
    }

    private int size(Predicate<PoolKey> whose) {
        synchronized (shelves) {
            return shelves.size(whose);
        }
    }

    /** How the pool stands with each key of a tenant, by user and environment. */
    public List<PoolState> state(TenantId tenant) {
        synchronized (shelves) {
            return shelves.state(key -> key.tenant().equals(tenant), nanos.getAsLong());
        }
    }

    /** What a cold start takes: the median of the last 32 of all keys; empty before the first. */
    public Optional<Duration> coldStart() {
        synchronized (shelves) {
            return shelves.medianColdStart();
        }
    }

    /** Sessions that left the pool and are not stopped yet. */
    public int stopping() {
        return stops.pending();
    }

    public PoolTotals totals() {
        synchronized (shelves) {
            return shelves.totals(stops.pending());
        }
    }

    /**
     * Lends nothing any more and stops everything: what is free at once, what is in use when its work ends or the time for draining is over.
     * Never fails, completes within twice that time, and is idempotent. Starts that come back later are still stopped.
     */
    public Future<Void> close() {
        return closing.begin(slot -> drop(slot, PoolEvent.Reason.CLOSED));
    }

    private static ProblemException closed() {
        return new ProblemException(
                new Problem.Unavailable("the pool of sessions is closed", Duration.ofSeconds(5), ""));
    }

    private void tell(PoolEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException failure) {
            LOG.atWarn().setCause(failure).log("a listener of the pool failed");
        }
    }
}
