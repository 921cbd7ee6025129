package dev.weir.feature.run;

import dev.weir.feature.agent.Backoff;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.run.log.RunLog;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.SkillCatalog;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes runs taken from the queue. Every method that executes blocks: call it on a virtual thread. */
public final class RunExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(RunExecutor.class);
    /** While the quota is out of reach. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration HELD_UP = Duration.ofSeconds(1);
    /** So many in a row: fewer may be one tenant's or stage's limits that cannot be read. */
    private static final int HELD_UP_AFTER = 3;

    private final ConcurrentMap<RunId, RunExecution> executions = new ConcurrentHashMap<>();
    private final Surroundings around;
    private final RunJobs jobs;
    private final RunQueue queue;
    private final RunGate gate;
    private final Hints hints;
    private final Settings settings;
    private volatile boolean stopping;
    private final AtomicInteger held = new AtomicInteger();
    private volatile Instant heldUpUntil = Instant.MIN;

    /** Where runs live and where they are executed. */
    public record Surroundings(
            RunStore store, RunLog log, Feeds feeds, Runtimes runtimes, Backoff backoff, InstantSource clock) {}

    /** Where the code comes from, and what it may know. */
    public record Code(SkillCatalog catalog, PackageStore packages, SecretStore secrets) {}

    /** See {@code config.RunsConfig}. */
    public record Settings(
            Duration lease, Duration cancelGrace, Duration startTimeout, Duration lostAfter,
            Duration maxConnectionAge,
            long maxLogBytes) {}

    /** @param quotas asked before every execution */
    public RunExecutor(Surroundings around, Code code, RunQueue queue, Quotas quotas, Hints hints, Settings settings) {
        this.around = around;
        this.gate = new RunGate(quotas, settings.lease().dividedBy(3));
        this.jobs = new RunJobs(code, queue, gate, settings.cancelGrace(), around.clock());
        this.queue = queue;
        this.hints = hints;
        this.settings = settings;
    }

    /** Executes the leased run to its end, if it still wants execution; afterwards the message is settled. */
    public void execute(Leased message) throws InterruptedException {
        Optional<Run> run = around.store().find(message.run()).await().filter(found -> !found.status().isTerminal());
        if (run.isEmpty()) {
            queue.acknowledge(message.receipt()).await();
        } else if (run.get().status() == RunStatus.RUNNING) {
            takeOver(message);
        } else if (run.get().cancelledBy().isPresent()) {
            endQueued(run.get(), message, RunStatus.CANCELLED, Optional.empty()); // takes nothing of the quota
        } else {
            begin(run.get(), message);
        }
    }

    /** The quota is asked first, so that nobody sees a run begin that may not. */
    private void begin(Run run, Leased message) throws InterruptedException {
        switch (gate.admit(run)) {
            case RunGate.Passage.Open _ -> {
                held.set(0);
                Optional<Run> claimed = claim(message);
                if (claimed.isPresent()) {
                    executeAdmitted(claimed.get(), message);
                } else {
                    settleUnclaimed(message);
                }
            }
            case RunGate.Passage.Shut shut -> {
                LOG.atInfo().addKeyValue("run", run.id()).addKeyValue("why", shut.why().detail()).log("run throttled");
                endQueued(run, message, RunStatus.THROTTLED,
                        Optional.of(RunGate.error(shut.why(), around.clock().instant())));
            }
            case RunGate.Passage.Unknown unknown -> await(run, message, unknown.cause());
        }
    }

    /** Of a gateway that is gone. The run was admitted then, and goes on under the share it has. */
    private void takeOver(Leased message) throws InterruptedException {
        Optional<Run> claimed = claim(message);
        if (claimed.isEmpty()) {
            settleUnclaimed(message);
        } else if (gate.goOn(claimed.get()) instanceof RunGate.Passage.Unknown unknown) {
            around.store().renew(message.run(), claimed.get().claim().fence(), around.clock().instant()).await();
            await(claimed.get(), message, unknown.cause());
        } else {
            executeAdmitted(claimed.get(), message);
        }
    }

    private Optional<Run> claim(Leased message) {
        Instant now = around.clock().instant();
        return around.store().claim(message.run(), now, now.plus(settings.lease())).await();
    }

    private void executeAdmitted(Run admitted, Leased message) throws InterruptedException {
        Run run = admitted;
        Verdict verdict = attempt(run, message);
        while (verdict instanceof Verdict.SessionLost && run.attempt() < run.order().maxAttempts()) {
            // If it was only out of reach, it must not go on beside the next attempt.
            stopMicroVm(run).await();
            if (!around.store().nextAttempt(run.id(), run.claim().fence()).await()) {
                return;
            }
            run = around.store().find(run.id()).await().orElseThrow();
            verdict = attempt(run, message);
        }
        if (verdict instanceof Verdict.HandedOver) {
            around.store().renew(run.id(), run.claim().fence(), around.clock().instant()).await();
            queue.release(message.receipt()).await();
        } else if (!(verdict instanceof Verdict.Lost)) {
            queue.acknowledge(message.receipt()).await();
        }
    }

    /** A run that ends so never started, and is charged nothing. */
    private void endQueued(Run run, Leased message, RunStatus status, Optional<RunError> error) {
        Outcome outcome = new Outcome(status, Optional.empty(), error, new EventId(0, 1), around.clock().instant(),
                Duration.ZERO);
        if (around.store().finishQueued(run.id(), outcome).await()) {
            hints.ended();
            queue.acknowledge(message.receipt()).await();
        }
    }

    /** Nobody can tell whether the run may execute: it waits, and its message with it. */
    private void await(Run run, Leased message, Throwable cause) {
        LOG.atWarn().addKeyValue("run", run.id()).setCause(cause).log("the quota is out of reach; the run waits");
        Instant now = around.clock().instant();
        if (held.incrementAndGet() >= HELD_UP_AFTER) {
            heldUpUntil = now.plus(HELD_UP);
        }
        queue.release(message.receipt(), now.plus(ASK_AGAIN)).await();
    }

    /** Over already: the message has done its duty. Executed by another: leave it alone, it comes back if that one dies. */
    private void settleUnclaimed(Leased message) {
        Optional<Run> run = around.store().find(message.run()).await();
        if (run.isEmpty() || run.get().status().isTerminal()) {
            run.ifPresent(gate::end); // it may have ended between the two questions, and left a share behind
            queue.acknowledge(message.receipt()).await();
        }
    }

    private Verdict attempt(Run run, Leased message) throws InterruptedException {
        RunJob job;
        try {
            job = jobs.job(run, message);
        } catch (RunJobs.Impossible why) {
            return fail(run, new RunError("runtime_error", why.getMessage()));
        }
        if (isStale(run) && around.store().renew(run.id(), run.claim().fence(),
                around.clock().instant().plus(settings.lease())).await().isEmpty()) {
            return new Verdict.Lost();
        }
        RunExecution execution = new RunExecution(run, job, around, settings);
        if (executions.merge(run.id(), execution, RunExecution::newer) != execution) {
            return new Verdict.Lost();
        }
        boolean concluded = false;
        try {
            if (stopping) {
                execution.signal(new Signal.HandOver());
            }
            Verdict verdict = conclude(run, execution, execution.execute());
            concluded = true;
            return verdict;
        } finally {
            if (!concluded) { // whatever it was, nobody must be left listening to it
                execution.abandon();
            }
            executions.remove(run.id(), execution);
        }
    }

    /** Whether so much of the lease went by before the execution began that its first renewal could come too late. */
    private boolean isStale(Run run) {
        return around.clock().instant()
                .isAfter(run.claim().leaseUntil().minus(settings.lease().dividedBy(4).multipliedBy(3)));
    }

    private Verdict conclude(Run run, RunExecution execution, Verdict verdict) {
        boolean again = run.attempt() < run.order().maxAttempts();
        Verdict.Over over = switch (verdict) {
            case Verdict.Over decided -> decided;
            case Verdict.SessionLost _ when !again ->
                Verdict.Over.failed("session_lost", "the microVM that executed the run was lost");
            case Verdict.SessionLost _,Verdict.Lost _,Verdict.HandedOver _ -> null;
        };
        if (over == null || !finish(run, execution, over)) {
            execution.abandon();
            return over == null ? verdict : new Verdict.Lost();
        }
        execution.release();
        stopMicroVm(execution.run());
        return over;
    }

    private Future<Void> stopMicroVm(Run run) {
        return around.runtimes().of(run).stop(RunJobs.session(run)).recover(failure -> {
            LOG.atWarn().addKeyValue("run", run.id()).setCause(failure)
                    .log("the microVM of a run could not be stopped; it will idle out");
            return Future.succeededFuture();
        });
    }

    private boolean finish(Run run, RunExecution execution, Verdict.Over over) {
        Outcome outcome = outcome(execution.run(), over.status(), over.output(), over.error(),
                execution.pump().published());
        boolean ours = around.store().finish(run.id(), run.claim().fence(), outcome).await();
        if (ours) {
            gate.end(execution.run(), outcome); // before anybody sees the end: who waits for it may need the share at once
            execution.pump().finish(RecordEvents.of(run.id(), outcome));
            hints.ended();
            LOG.atInfo().addKeyValue("run", run.id()).addKeyValue("status", over.status().wireName())
                    .addKeyValue("last_event", outcome.eventId()).log("run over");
        }
        return ours;
    }

    /** Ends a run that cannot even be tried. */
    private Verdict fail(Run run, RunError error) {
        Outcome outcome = outcome(run, RunStatus.FAILED, Optional.empty(), Optional.of(error), shown(run));
        boolean ours = around.store().finish(run.id(), run.claim().fence(), outcome).await();
        if (ours) {
            hints.ended();
        }
        if (ours && run.claim().microVm().isPresent()) {
            stopMicroVm(run);
        }
        return ours ? Verdict.Over.failed(error.kind(), error.message()) : new Verdict.Lost();
    }

    /** The number of the attempt's newest event in the log. */
    private long shown(Run run) {
        return RunPump.durable(run, around.log());
    }

    private Outcome outcome(Run run, RunStatus status, Optional<String> output, Optional<RunError> error,
            long lastEvent) {
        Instant now = around.clock().instant();
        return new Outcome(status, output, error, new EventId(run.attempt(), lastEvent + 1), now,
                run.billable(now));
    }

    /** Somebody asked for the run to end; without effect if it is not executed here. */
    public void cancelHint(RunId run) {
        RunExecution execution = executions.get(run);
        if (execution != null) {
            execution.signal(new Signal.CancelHint());
        }
    }

    /** How many runs are executed here now. */
    public int active() {
        return executions.size();
    }

    /** Whether the quota was out of reach just now: to bring all that waits, one after the other, would only go through it in vain. */
    public boolean isHeldUp() {
        return around.clock().instant().isBefore(heldUpUntil);
    }

    /** Whether every run is let go of; it is of no use to bring more. */
    public boolean isStopping() {
        return stopping;
    }

    /**
     * From now on every run is let go as soon as what readers have seen is durable; the next gateway goes on with it. Those that none could go
     * on with may end, until {@link #handOverAll}.
     */
    public void handOver() {
        stopping = true;
        executions.values().stream().filter(execution -> execution.run().order().kind().outlivesGateway())
                .forEach(execution -> execution.signal(new Signal.HandOver()));
    }

    /** Nothing is waited for any more. */
    public void handOverAll() {
        executions.values().forEach(execution -> execution.signal(new Signal.HandOver()));
    }
}
