package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.Lease;
import dev.weir.feature.interpreter.pool.PoolKey;
import dev.weir.feature.interpreter.pool.Wish;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A lease for code that blocks: its end is the end of a block. */
final class HeldLease implements AutoCloseable {
    private final Lease lease;
    private final Promise<Void> work;

    private HeldLease(Lease lease, Promise<Void> work) {
        this.lease = lease;
        this.work = work;
    }

    /** Waits for a session, unless nobody wants it any more: then it is the pool's. */
    static HeldLease acquire(InterpreterPool pool, PoolKey key, Duration needs, Future<?> cancelled)
            throws DispatchFailure {
        Promise<Void> givenUp = Promise.promise();
        cancelled.onComplete(_ -> givenUp.tryComplete());
        Promise<Void> work = Promise.promise();
        CompletableFuture<Lease> arrived = new CompletableFuture<>();
        Future<Void> over = pool.withSession(key, new Wish(needs, givenUp.future()), lease -> {
            arrived.complete(lease);
            return work.future();
        });
        over.onFailure(arrived::completeExceptionally);
        try {
            return new HeldLease(arrived.get(), work);
        } catch (ExecutionException failed) {
            if (cancelled.isComplete()) {
                throw DispatchFailure.cancelled();
            }
            throw DispatchFailure.of(ProblemException.problemOf(failed.getCause()));
        } catch (InterruptedException e) {
            givenUp.tryComplete();
            work.tryComplete(); // should it have arrived at this very moment
            Thread.currentThread().interrupt();
            throw DispatchFailure.cancelled();
        }
    }

    Lease lease() {
        return lease;
    }

    /** Gives the session back, at once: nothing of the pool blocks. */
    @Override
    public void close() {
        work.tryComplete();
    }
}
