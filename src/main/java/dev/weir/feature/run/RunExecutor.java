package dev.weir.feature.run;

import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.Backoff;
import dev.weir.feature.quota.Admission;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes runs taken from the queue. Every method that executes blocks: call it on a virtual thread. */
public final class RunExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(RunExecutor.class);
    /** While the quota is out of reach. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration HELD_UP = Duration.ofSeconds(1);

    private final ConcurrentMap<RunId, RunExecution> executions = new ConcurrentHashMap<>();
    private final Surroundings around;
    private final RunJobs jobs;
    private final RunQueue queue;
    private final RunGate gate;
    private final Hints hints;
    private final Settings settings;
    private volatile boolean stopping;
    private volatile Instant heldUpUntil = Instant.MIN;

    /** Where runs live and where they are executed. */
    public record Surroundings(
            RunStore store, RunLog log, Feeds feeds, AgentRuntime runtime, Backoff backoff, InstantSource clock) {}

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
        this.gate = new RunGate(quotas);
        this.jobs = new RunJobs(code, queue, gate, settings.cancelGrace(), around.clock());
        this.queue = queue;
        this.hints = hints;
        this.settings = settings;
    }

    /** Executes the leased run to its end, if it still wants execution; afterwards the message is settled. */
    public void execute(Leased message) throws InterruptedException {
        Instant now = around.clock().instant();
        Optional<Run> claimed = around.store().claim(message.run(), now, now.plus(settings.lease())).await();
        if (claimed.isEmpty()) {
            settleUnclaimed(message);
            return;
        }
        Run run = claimed.get();
        boolean cancelled = run.cancelledBy().isPresent() && !run.wasExecuted(); // takes nothing of the quota
        switch (cancelled ? new RunGate.Passage.Open() : gate.pass(run)) {
            case RunGate.Passage.Open _ -> executeAdmitted(run, message);
            case RunGate.Passage.Shut shut -> throttle(run, message, shut.why());
            case RunGate.Passage.Unknown unknown -> putBack(run, message, unknown.cause());
        }
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

    /** A run that was refused never started, and is charged nothing. */
    private void throttle(Run run, Leased message, Admission.Throttled why) {
        Instant now = around.clock().instant();
        long shown = shown(run);
        EventId last = shown == 0 ? new EventId(0, 1) : new EventId(run.attempt(), shown + 1);
        Outcome outcome = new Outcome(RunStatus.THROTTLED, Optional.empty(), Optional.of(RunGate.error(why, now)), last,
                now, Duration.ZERO);
        if (around.store().finish(run.id(), run.claim().fence(), outcome).await()) {
            LOG.atInfo().addKeyValue("run", run.id()).addKeyValue("why", why.detail()).log("run throttled");
            hints.ended();
            queue.acknowledge(message.receipt()).await();
        }
    }

    /** Nobody can tell whether the run may execute: it waits, and its message with it. */
    private void putBack(Run run, Leased message, Throwable cause) {
        LOG.atWarn().addKeyValue("run", run.id()).setCause(cause).log("the quota is out of reach; the run waits");
        Instant now = around.clock().instant();
        heldUpUntil = now.plus(HELD_UP);
        if (!around.store().putBack(run.id(), run.claim().fence()).await()) {
            around.store().renew(run.id(), run.claim().fence(), now).await();
        }
        queue.release(message.receipt(), now.plus(ASK_AGAIN)).await();
    }

    /** Over already: the message has done its duty. Executed by another: leave it alone, it comes back if that one dies. */
    private void settleUnclaimed(Leased message) {
        Optional<Run> run = around.store().find(message.run()).await();
        if (run.isEmpty() || run.get().status().isTerminal()) {
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
        RunExecution execution = new RunExecution(run, job, around, settings);
        executions.put(run.id(), execution);
        try {
            if (stopping) {
                execution.signal(new Signal.HandOver());
            }
            return conclude(run, execution, execution.execute());
        } catch (RuntimeException e) {
            execution.abandon();
            throw e;
        } finally {
            executions.remove(run.id(), execution);
        }
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
        stopMicroVm(run);
        return over;
    }

    private Future<Void> stopMicroVm(Run run) {
        return around.runtime().stop(RunJobs.session(run)).recover(failure -> {
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

    /** From now on every run is let go as soon as what readers have seen is durable; the next gateway goes on with it. */
    public void handOver() {
        stopping = true;
        executions.values().forEach(execution -> execution.signal(new Signal.HandOver()));
    }
}
