package dev.weir.worker;

import dev.weir.feature.skill.Validations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges uploads, a few at once, each on a thread of its own beside the event loops: it keeps a processor busy. It looks when an upload
 * arrives, when a judgement ends, and once a poll interval, so a lost word, a crash or another gateway's death costs time and no upload.
 */
public final class ValidatorVerticle extends VerticleBase {
    /** Something arrived. */
    public static final String ARRIVED = "weir.upload.arrived";

    private static final Logger LOG = LoggerFactory.getLogger(ValidatorVerticle.class);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);

    private final Validations validations;
    private final Settings settings;
    private final Promise<Void> idle = Promise.promise();
    private ExecutorService threads;
    private int judging;
    private boolean stopping;

    /**
     * How much, and how often.
     *
     * @param patience of a stop
     */
    public record Settings(int maxConcurrent, Duration poll, Duration patience) {}

    public ValidatorVerticle(Validations validations, Settings settings) {
        this.validations = validations;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        threads = Executors.newFixedThreadPool(settings.maxConcurrent(),
                Thread.ofPlatform().daemon().name("weir-validator-", 0).factory());
        vertx.eventBus().<String>consumer(ARRIVED, _ -> look());
        vertx.setPeriodic(settings.poll().toMillis(), _ -> look());
        vertx.setPeriodic(SWEEP_EVERY.toMillis(), _ -> sweep());
        look();
        return Future.succeededFuture();
    }

    /** Completes when no judgement is under way, or patience is over: what is not decided by then gets another turn, elsewhere or later. */
    @Override
    public Future<?> stop() {
        stopping = true;
        threads.shutdown();
        if (judging == 0) {
            idle.tryComplete();
        }
        vertx.setTimer(settings.patience().toMillis(), _ -> {
            if (idle.tryComplete()) {
                LOG.warn("{} judgements are left to the next start", judging);
                threads.shutdownNow();
            }
        });
        return idle.future();
    }

    private void look() {
        if (stopping || judging >= settings.maxConcurrent()) {
            return;
        }
        judging++;
        threads.execute(() -> {
            boolean more = false;
            try {
                more = validations.next();
            } catch (Throwable failure) { // whatever it was, the turn's lease brings the upload back, and the slot must not be lost
                LOG.error("an upload could not be judged; trying again", failure);
            } finally {
                boolean again = more;
                context.runOnContext(_ -> ended(again));
            }
        });
    }

    private void ended(boolean more) {
        judging--;
        if (stopping && judging == 0) {
            idle.tryComplete();
        } else if (more) {
            look();
        }
    }

    private void sweep() {
        Thread.ofVirtual().name("weir-sweep-uploads").start(() -> {
            try {
                validations.sweep();
            } catch (RuntimeException failure) {
                LOG.warn("uploads could not be swept; trying again", failure);
            }
        });
    }
}
