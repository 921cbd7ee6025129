package dev.weir.worker;

import dev.weir.feature.interpreter.pool.InterpreterPool;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.function.Supplier;

/** Ends warm interpreter sessions that nobody used for long, and forgets what nobody will ask for. */
public final class InterpreterVerticle extends VerticleBase {
    private final InterpreterPool pool;
    private final Supplier<Future<?>> forgetting;
    private final Duration every;
    private Chore pruning;

    public InterpreterVerticle(InterpreterPool pool, Supplier<Future<?>> forgetting, Duration every) {
        this.pool = pool;
        this.forgetting = forgetting;
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
        return forgetting.get();
    }

    @Override
    public Future<?> stop() {
        return pruning.stop();
    }
}
