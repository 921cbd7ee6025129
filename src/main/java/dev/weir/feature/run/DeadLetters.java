package dev.weir.feature.run;

import dev.weir.feature.run.RunQueue.DeadLetter;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails the runs whose message the queue gave up, so that none waits for ever. A run that somebody executes all the same is left alone until
 * its lease has ended. Every step may be repeated: a letter counts as told only once its run is over.
 */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int AT_ONCE = 100;

    private final RunQueue queue;
    private final RunStore store;
    private final RunLog log;
    private final Runtimes runtimes;
    private final InstantSource clock;
    private final Duration lease;

    /** @param lease of a run that is claimed to be failed */
    public DeadLetters(Runs.Ports ports, Runtimes runtimes, InstantSource clock, Duration lease) {
        this.queue = ports.queue();
        this.store = ports.store();
        this.log = ports.log();
        this.runtimes = runtimes;
        this.clock = clock;
        this.lease = lease;
    }

    /** Looks at the letters not yet told, oldest first; one that fails holds up no other. How many runs were failed by this. */
    public Future<Integer> sweep() {
        return queue.untold(AT_ONCE).compose(letters -> Future.all(letters.stream().map(this::handle).toList())
                .map(all -> (int) all.<Boolean>list().stream().filter(failed -> failed).count()));
    }

    private Future<Boolean> handle(DeadLetter letter) {
        return store.find(letter.run()).compose(found -> switch (found.map(Run::status).orElse(RunStatus.FAILED)) {
            case QUEUED -> store.finishQueued(letter.run(), outcome(letter, new EventId(0, 1), Duration.ZERO))
                    .compose(ours -> told(letter, ours));
            case RUNNING -> failRunning(letter);
            default -> queue.told(letter.run()).map(_ -> false);
        }).otherwise(failure -> {
            LOG.atWarn().addKeyValue("run", letter.run()).setCause(failure)
                    .log("the run of a dead letter could not be failed; trying again");
            return false;
        });
    }

    private Future<Boolean> failRunning(DeadLetter letter) {
        Instant now = clock.instant();
        return store.claim(letter.run(), now, now.plus(lease)).compose(claimed -> claimed.isEmpty()
                ? Future.succeededFuture(false)
                : fail(letter, claimed.get(), now));
    }

    private Future<Boolean> fail(DeadLetter letter, Run run, Instant now) {
        return log.bounds(run.id()).compose(bounds -> {
            long last = bounds.newest().attempt() == run.attempt() ? bounds.newest().n() : 0;
            Outcome outcome = outcome(letter, new EventId(run.attempt(), last + 1), run.billable(now));
            return store.finish(run.id(), run.claim().fence(), outcome);
        }).compose(ours -> ours && run.claim().microVm().isPresent() ? stop(run) : Future.succeededFuture(ours))
                .compose(ours -> told(letter, ours));
    }

    private Future<Boolean> stop(Run run) {
        return runtimes.of(run).stop(RunJobs.session(run)).map(true).otherwise(failure -> {
            LOG.atWarn().addKeyValue("run", run.id()).setCause(failure)
                    .log("the microVM of a run that was given up could not be stopped; it will idle out");
            return true;
        });
    }

    /** Whoever else changed the run meanwhile: the next sweep sees what it is now. */
    private Future<Boolean> told(DeadLetter letter, boolean ours) {
        if (!ours) {
            return Future.succeededFuture(false);
        }
        LOG.atError().addKeyValue("run", letter.run()).addKeyValue("reason", letter.reason()).log("a run was given up");
        return queue.told(letter.run()).map(true);
    }

    private Outcome outcome(DeadLetter letter, EventId id, Duration billable) {
        RunError error = new RunError("runtime_error", "the run was given up: " + letter.reason());
        return new Outcome(RunStatus.FAILED, Optional.empty(), Optional.of(error), id, clock.instant(), billable);
    }
}
