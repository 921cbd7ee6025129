package dev.weir.worker;

import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Ends warm interpreter sessions that nobody used for long, and forgets sessions of users that have expired. */
public final class InterpreterVerticle extends VerticleBase {
    private static final int AT_ONCE = 1000;

    private final InterpreterPool pool;
    private final Sandboxes sandboxes;
    private final Duration every;
    private Chore pruning;

    public InterpreterVerticle(InterpreterPool pool, Sandboxes sandboxes, Duration every) {
        this.pool = pool;
        this.sandboxes = sandboxes;
        this.every = every;
    }

    @Override
    public Future<?> start() {
        pruning = new Chore("pruning interpreter sessions", context, this::prune);
        vertx.setPeriodic(every.toMillis(), _ -> pruning.run());
        pruning.run();
        return Future.succeededFuture();
    }

    private Future<?> prune() {
        pool.prune();
        return sandboxes.sweep(AT_ONCE);
    }

    @Override
    public Future<?> stop() {
        return pruning.stop();
    }
}
