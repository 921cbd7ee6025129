package dev.weir.worker;

import dev.weir.feature.run.DeadLetters;
import dev.weir.feature.run.Hints;
import dev.weir.feature.run.Strays;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Sees to it that nothing is stuck between store and queue: lost messages are offered again, runs of dead letters are failed. */
public final class EnqueueVerticle extends VerticleBase {
    private final Strays strays;
    private final DeadLetters deadLetters;
    private final Hints hints;
    private final Meters meters;
    private final Duration every;
    private Chore offering;
    private Chore burying;

    /** @param hints told of runs that were failed */
    public EnqueueVerticle(Strays strays, DeadLetters deadLetters, Hints hints, Meters meters, Duration every) {
        this.strays = strays;
        this.deadLetters = deadLetters;
        this.hints = hints;
        this.meters = meters;
        this.every = every;
    }

    @Override
    public Future<?> start() {
        offering = new Chore("looking for runs that nobody attends to", context, () -> strays.sweep());
        burying = new Chore("failing the runs of dead letters", context, () -> deadLetters.sweep().onSuccess(failed -> {
            if (failed > 0) {
                meters.deadLetters(failed);
                hints.ended();
            }
        }));
        vertx.setPeriodic(every.toMillis(), _ -> {
            offering.run();
            burying.run();
        });
        burying.run();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.all(offering.stop(), burying.stop());
    }
}
