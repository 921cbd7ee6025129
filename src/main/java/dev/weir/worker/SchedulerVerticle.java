package dev.weir.worker;

import dev.weir.feature.schedule.Tally;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.ScheduleSweep;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ticks, one tick after the other, and now and then makes the schedules say what the stages say. When nothing is due, a tick is one read of
 * an index. Any number of gateways may do this on the same schedules.
 */
public final class SchedulerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerVerticle.class);

    private final Ticker ticker;
    private final ScheduleSweep sweep;
    private final Settings settings;
    private final Meters meters;
    private final Promise<Void> idle = Promise.promise();
    private boolean ticking;
    private boolean sweeping;
    private volatile boolean stopping;

    /**
     * How often.
     *
     * @param batch as the ticker's: a tick that saw so many is followed by another at once
     */
    public record Settings(Duration tick, Duration sweep, int batch) {}

    public SchedulerVerticle(Ticker ticker, ScheduleSweep sweep, Settings settings, Meters meters) {
        this.ticker = ticker;
        this.sweep = sweep;
        this.settings = settings;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(settings.tick().toMillis(), _ -> tick());
        vertx.setPeriodic(settings.sweep().toMillis(), _ -> sweep());
        sweep();
        tick();
        return Future.succeededFuture();
    }

    /** Completes when the tick and the sweep under way have ended. */
    @Override
    public Future<?> stop() {
        stopping = true;
        rest();
        return idle.future();
    }

    private void tick() {
        if (ticking || stopping) {
            return;
        }
        ticking = true;
        ticker.tick().onComplete(ticked -> context.runOnContext(_ -> {
            ticking = false;
            if (ticked.succeeded()) {
                count(ticked.result());
            } else {
                LOG.warn("the schedules could not be read; trying again", ticked.cause());
            }
            rest();
            if (ticked.succeeded() && hasMore(ticked.result())) {
                tick();
            }
        }));
    }

    private void count(Tally tally) {
        meters.scheduleTimes("fired", tally.fired());
        meters.scheduleTimes("missed", tally.missed());
        meters.scheduleTimes("refused", tally.refused());
        meters.scheduleTimes("paused", tally.paused());
    }

    /** A batch of which nothing could be moved on is no reason to hurry. */
    private boolean hasMore(Tally tally) {
        return tally.seen() == settings.batch() && tally.moved() > 0;
    }

    private void sweep() {
        if (sweeping || stopping) {
            return;
        }
        sweeping = true;
        Thread.ofVirtual().name("weir-sweep-schedules").start(() -> {
            try {
                sweep.run(() -> stopping);
            } catch (RuntimeException failure) {
                LOG.warn("schedules could not be compared with their stages; trying again", failure);
            } finally {
                context.runOnContext(_ -> {
                    sweeping = false;
                    rest();
                });
            }
        });
    }

    private void rest() {
        if (stopping && !ticking && !sweeping) {
            idle.tryComplete();
        }
    }
}
