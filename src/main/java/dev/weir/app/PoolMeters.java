package dev.weir.app;

import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolEvent;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What the pool of interpreter sessions does: {@code weir.interpreter.pool.events} by {@code event}, the time of cold starts, and how many
 * sessions there are. Never by tenant or user: they are without number.
 */
final class PoolMeters implements Consumer<PoolEvent> {
    private static final String EVENTS = "weir.interpreter.pool.events";

    private final MeterRegistry registry;

    PoolMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void watch(InterpreterPool pool) {
        registry.gauge("weir.interpreter.pool.sessions", pool, InterpreterPool::size);
        registry.gauge("weir.interpreter.pool.stopping", pool, InterpreterPool::stopping);
    }

    @Override
    public void accept(PoolEvent event) {
        String name = switch (event) {
            case PoolEvent.Hit _ -> "hit";
            case PoolEvent.Started started -> {
                registry.timer("weir.interpreter.pool.cold_start").record(started.took());
                yield "started";
            }
            case PoolEvent.StartFailed _ -> "start_failed";
            case PoolEvent.Refused _ -> "refused";
            case PoolEvent.Dropped dropped -> dropped.reason().name().toLowerCase(Locale.ROOT);
            case PoolEvent.Stopped _ -> "stopped";
            case PoolEvent.StopFailed _ -> "stop_failed";
        };
        registry.counter(EVENTS, "event", name).increment();
    }
}
