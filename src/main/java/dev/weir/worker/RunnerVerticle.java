package dev.weir.worker;

import dev.weir.feature.run.RunExecutor;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs from the queue, as many as this gateway may execute at once, and gives each a virtual thread. It looks when a hint comes, when
 * an execution ends, and once a poll interval; a sweep puts runs back into the queue whose message got lost in a crash.
 */
public final class RunnerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerVerticle.class);
    private static final int SWEEP_LIMIT = 100;

    private final RunExecutor executor;
    private final RunStore store;
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
     * @param sweepAfter how long a run may wait unattended before the sweep looks after it
     */
    public record Settings(int maxConcurrent, Duration lease, Duration poll, Duration sweepAfter) {}

    public RunnerVerticle(RunExecutor executor, RunStore store, RunQueue queue, Settings settings,
            InstantSource clock) {
        this.executor = executor;
        this.store = store;
        this.queue = queue;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().<String>consumer(RunHints.QUEUED, _ -> pull());
        vertx.eventBus().<String>consumer(RunHints.CANCELLED,
                message -> executor.cancelHint(new RunId(message.body())));
        vertx.setPeriodic(settings.poll().toMillis(), _ -> pull());
        vertx.setPeriodic(settings.sweepAfter().toMillis(), _ -> sweep());
        pull();
        return Future.succeededFuture();
    }

    /** Completes when every execution has let go of its run. */
    @Override
    public Future<?> stop() {
        stopping = true;
        executor.handOver();
        if (executing == 0) {
            idle.tryComplete();
        }
        return idle.future();
    }

    private void pull() {
        int room = settings.maxConcurrent() - executing;
        pullAgain = pulling;
        if (pulling || stopping || room <= 0) {
            return;
        }
        pulling = true;
        Instant now = clock.instant();
        queue.lease(room, now, now.plus(settings.lease())).onComplete(leased -> context.runOnContext(_ -> {
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
                execute(message);
                context.runOnContext(_ -> ended());
            });
        }
    }

    private void execute(Leased message) {
        try {
            executor.execute(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The run keeps its lease until it lapses; then the message, or the sweep, brings it back.
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

    private void sweep() {
        if (stopping) {
            return;
        }
        store.unattended(clock.instant().minus(settings.sweepAfter()), SWEEP_LIMIT)
                .onSuccess(runs -> runs.forEach(queue::offer))
                .onFailure(failure -> LOG.atWarn().setCause(failure)
                        .log("the sweep for lost messages failed; trying again"));
    }
}
