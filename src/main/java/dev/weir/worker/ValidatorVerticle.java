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
    private static final Duration EXPIRE_EVERY = Duration.ofSeconds(30);

    private final Validations validations;
    private final Settings settings;
    private final Promise<Void> idle = Promise.promise();
    private ExecutorService threads;
    private int judging;
    private boolean stopping;

    /** How much, and how often. */
    public record Settings(int maxConcurrent, Duration poll) {}

    public ValidatorVerticle(Validations validations, Settings settings) {
        this.validations = validations;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        threads = Executors.newFixedThreadPool(settings.maxConcurrent(),
                Thread.ofPlatform().name("weir-validator-", 0).factory());
        vertx.eventBus().<String>consumer(ARRIVED, _ -> look());
        vertx.setPeriodic(settings.poll().toMillis(), _ -> look());
        vertx.setPeriodic(EXPIRE_EVERY.toMillis(), _ -> expire());
        look();
        return Future.succeededFuture();
    }

    /** Completes when no judgement is under way; what waits, waits for the next start. */
    @Override
    public Future<?> stop() {
        stopping = true;
        threads.shutdown();
        if (judging == 0) {
            idle.tryComplete();
        }
        return idle.future();
    }

    private void look() {
        if (stopping || judging >= settings.maxConcurrent()) {
            return;
        }
        judging++;
        threads.execute(() -> {
            boolean more = next();
            context.runOnContext(_ -> ended(more));
        });
    }

    private boolean next() {
        try {
            return validations.next();
        } catch (RuntimeException failure) {
            LOG.error("uploads could not be looked at; trying again", failure);
            return false;
        }
    }

    private void ended(boolean more) {
        judging--;
        if (stopping && judging == 0) {
            idle.tryComplete();
        } else if (more) {
            look();
        }
    }

    private void expire() {
        Thread.ofVirtual().name("weir-expire-uploads").start(() -> {
            try {
                validations.expire();
            } catch (RuntimeException failure) {
                LOG.warn("late uploads could not be rejected; trying again", failure);
            }
        });
    }
}
