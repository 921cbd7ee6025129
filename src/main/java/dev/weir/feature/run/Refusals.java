package dev.weir.feature.run;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends runs that the queue refused: their callers are told to ask again, so nobody should execute them. What keeps the queue from taking a
 * run may keep its record from being changed as well; then it is tried a few times more, all within less than the caller is asked to wait.
 * If none of that works, the run waits, and {@link Strays} has it executed one day: its caller knows its id.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(100), Duration.ofMillis(400),
            Duration.ofMillis(1600));
    /** Runs that are tried again at the same time; of more there is no second try. */
    private static final int AT_ONCE = 1000;

    private final RunStore store;
    private final Hints hints;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Refusals(RunStore store, Hints hints, InstantSource clock) {
        this.store = store;
        this.hints = hints;
        this.clock = clock;
    }

    /** False if it does not wait any more; a failure says that nobody knows, and that it is tried again. */
    Future<Boolean> end(RunId run) {
        return refuse(run).onFailure(failure -> {
            if (places.tryAcquire()) {
                again(run, 0);
            } else {
                givenUp(run, failure);
            }
        });
    }

    private void again(RunId run, int tries) {
        Duration pause = PAUSES.get(tries);
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                .execute(() -> refuse(run).onComplete(done -> {
                    if (done.failed() && tries + 1 < PAUSES.size()) {
                        again(run, tries + 1);
                        return;
                    }
                    places.release();
                    if (done.failed()) {
                        givenUp(run, done.cause());
                    }
                }));
    }

    private Future<Boolean> refuse(RunId run) {
        RunError error = new RunError("runtime_error", "the run could not be queued");
        return store.refuse(run, new Outcome(RunStatus.FAILED, Optional.empty(), Optional.of(error), new EventId(0, 1),
                clock.instant(), Duration.ZERO)).onSuccess(ended -> {
                    if (ended) {
                        hints.ended();
                    }
                });
    }

    private static void givenUp(RunId run, Throwable failure) {
        LOG.atWarn().addKeyValue("run", run).setCause(failure)
                .log("a run that the queue refused could not be ended; it waits until it is offered again");
    }
}
