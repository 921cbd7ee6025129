package dev.weir.worker;

import dev.weir.feature.run.RunExecutor;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.RunQueue.Line;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs from one line of the queue, as many as this gateway may execute of that line at once, and gives each a virtual thread. It looks
 * when a hint comes, when an execution ends, and once a poll interval.
 */
public final class RunnerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerVerticle.class);

    private final RunExecutor executor;
    private final RunQueue queue;
    private final Settings settings;
    private final InstantSource clock;
    private final Promise<Void> idle = Promise.promise();
    private int executing;
    private boolean pulling;
    private boolean pullAgain;
    private boolean stopping;

    /**
     * How much, and how often.
     *
     * @param places for runs of this line alone
     * @param drain what runs that no other gateway can go on with are given to end, when this one stops
     */
    public record Settings(Line line, int places, Duration lease, Duration poll, Duration drain) {}

    public RunnerVerticle(RunExecutor executor, RunQueue queue, Settings settings, InstantSource clock) {
        this.executor = executor;
        this.queue = queue;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().<String>consumer(RunHints.QUEUED, _ -> pull());
        vertx.setPeriodic(settings.poll().toMillis(), _ -> pull());
        pull();
        return Future.succeededFuture();
    }

    /** Completes when every execution has let go of its run. */
    @Override
    public Future<?> stop() {
        stopping = true;
        executor.handOver();
        vertx.setTimer(Math.max(1, settings.drain().toMillis()), _ -> executor.handOverAll());
        if (executing == 0) {
            idle.tryComplete();
        }
        return idle.future();
    }

    private void pull() {
        int room = settings.places() - executing;
        pullAgain = pulling;
        if (pulling || stopping || executor.isStopping() || executor.isHeldUp() || room <= 0) {
            return;
        }
        pulling = true;
        Instant now = clock.instant();
        queue.lease(EnumSet.of(settings.line()), room, now, now.plus(settings.lease()))
                .onComplete(leased -> context.runOnContext(_ -> {
                    pulling = false;
                    if (leased.failed()) {
                        LOG.atWarn().setCause(leased.cause()).log("the queue could not be read; trying again");
                        return;
                    }
                    begin(leased.result());
                    if (pullAgain || leased.result().size() == room) {
                        pull();
                    }
                }));
    }

    private void begin(List<Leased> messages) {
        for (Leased message : messages) {
            executing++;
            Thread.ofVirtual().name("run-" + message.run()).start(() -> {
                try {
                    execute(message);
                } finally { // a place that is lost is lost for good
                    context.runOnContext(_ -> ended());
                }
            });
        }
    }

    private void execute(Leased message) {
        try {
            executor.execute(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            // Whatever it was, checked exceptions of a port's future included. The run keeps its lease until it lapses; then the message, or the sweep, brings it back.
            LOG.atError().addKeyValue("run", message.run()).setCause(e)
                    .log("an execution broke off; the run will be taken up again");
        }
    }

    private void ended() {
        executing--;
        if (stopping && executing == 0) {
            idle.tryComplete();
        }
        pull();
    }
}
