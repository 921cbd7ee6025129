package dev.weir.feature.run;

import dev.weir.feature.agent.AgentSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.RunnerFrame;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one claimed run, from the first connection to a verdict: straight-line code on a thread of its own (a virtual one), which
 * takes one signal at a time. The hand-shake that makes double execution impossible is ADR 0005: connect, learn the microVM's boot id,
 * durably bind the run to it, only then say "start".
 */
final class RunExecution {
    private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);

    /** Beyond its own limits, what a runner gets to report before the gateway decides without it. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** At the rate of a connection's limit a runner says less than a third of what it may keep in that time. */
    private static final Duration ACKNOWLEDGE_WITHIN = Duration.ofMillis(200);
    private static final Duration SAVE_AGAIN = Duration.ofSeconds(1);

    private final BlockingQueue<Signal> mailbox = new LinkedBlockingQueue<>();
    private final Deque<Signal.Received> held = new ArrayDeque<>();
    private final Run run;
    private final RunJob job;
    private final RunExecutor.Settings settings;
    private final RunExecutor.Surroundings around;
    private final RunLink link;
    private final Deadlines deadlines;
    private final RunLease lease;
    private Optional<String> microVm;
    private Instant boundAt;
    private RunPump pump;
    private boolean cancelling;
    private int failures;
    private Verdict verdict;

    RunExecution(Run run, RunJob job, RunExecutor.Surroundings around, RunExecutor.Settings settings) {
        this.run = run;
        this.job = job;
        this.around = around;
        this.settings = settings;
        this.microVm = run.claim().microVm();
        this.link = new RunLink(around.runtimes().of(run), job.session(), mailbox::add);
        Instant now = around.clock().instant();
        this.lease = new RunLease(run, around.store(), job.keep(), settings.lease());
        this.deadlines = new Deadlines(now.plus(settings.startTimeout()), lease.due(now));
    }

    /** Anyone may add a signal, from any thread. */
    void signal(Signal signal) {
        mailbox.add(signal);
    }

    /** The run, as bound as it is now. */
    Run run() {
        return boundAt == null ? run : run.boundTo(microVm.orElseThrow(), boundAt);
    }

    /** Of two executions of one run on this node, the one whose claim is the later. */
    static RunExecution newer(RunExecution one, RunExecution other) {
        return one.run.claim().fence() > other.run.claim().fence() ? one : other;
    }

    /** What shows the run to readers; there is one when the verdict is one that ends the run. */
    RunPump pump() {
        return pump;
    }

    /** Says the terminal event's predecessor is durable and the run over, and lets the connection go. */
    void release() {
        if (link.isAttached()) {
            link.send(new Ack(pump.published()));
        }
        letGo();
    }

    /** Lets go of a run that goes on elsewhere, or in another attempt. */
    void abandon() {
        letGo();
        if (pump != null) {
            pump.abandon();
        }
    }

    /** Nobody takes signals any more, so a connection that was still being opened must not wait to be taken. */
    private void letGo() {
        link.end();
        mailbox.forEach(signal -> {
            if (signal instanceof Signal.Opened opened) {
                RunLink.dismiss(opened.socket());
            }
        });
    }

    /** Blocks until there is a verdict and everything readers have seen is durable (or the run is lost). */
    Verdict execute() throws InterruptedException {
        if (microVm.isEmpty()) {
            publish(0);
        }
        if (run.cancelledBy().isPresent() && microVm.isEmpty()) {
            decide(Verdict.Over.of(RunStatus.CANCELLED));
        } else {
            link.open();
        }
        while (!isDone()) {
            Signal signal = mailbox.poll();
            if (signal == null) { // to wait with a time-out sets a timer and wakes its thread
                signal = mailbox.poll(deadlines.millisToNext(around.clock().instant()) + 1, TimeUnit.MILLISECONDS);
            }
            if (signal != null) {
                handle(signal);
            }
            onTime(around.clock().instant());
        }
        return verdict;
    }

    private boolean isDone() {
        return verdict != null && (verdict instanceof Verdict.Lost || pump == null || pump.isSettled());
    }

    private void handle(Signal signal) {
        switch (signal) {
            case Signal.Opened opened -> opened(opened.socket());
            case Signal.OpenFailed failed -> openFailed(failed.cause());
            case Signal.Received received -> {
                if (pump != null && pump.isFull()) {
                    held.add(received); // and waits: that holds the runner up
                } else {
                    received(received);
                }
            }
            case Signal.Closed closed -> {
                if (link.isCurrent(closed.connection())) {
                    disconnected("closed with " + closed.how().code());
                }
            }
            case Signal.Saved saved -> saved(saved);
            case Signal.SaveFailed failed -> {
                LOG.atWarn().addKeyValue("run", run.id()).setCause(failed.cause())
                        .log("events could not be saved; trying again");
                pump.saveFailed();
                deadlines.save = around.clock().instant().plus(SAVE_AGAIN);
            }
            case Signal.CancelHint _ -> renew(around.clock().instant());
            case Signal.HandOver _ -> decide(new Verdict.HandedOver());
        }
    }

    private void opened(AgentSocket socket) {
        if (verdict != null) {
            RunLink.dismiss(socket);
            return;
        }
        link.adopt(socket);
        deadlines.replace = around.clock().instant().plus(around.backoff().plannedAge(settings.maxConnectionAge()));
    }

    private void openFailed(Throwable cause) {
        Problem problem = ProblemException.problemOf(cause);
        LOG.atInfo().addKeyValue("run", run.id()).addKeyValue("failure", problem.detail())
                .log("no connection to the microVM");
        if (problem instanceof Problem.Unavailable || problem instanceof Problem.UpstreamTimeout) {
            retry();
        } else if (microVm.isEmpty()) {
            decide(Verdict.Over.failed("runtime_error", "the microVM could not be started: " + problem.detail()));
        } else {
            decide(new Verdict.SessionLost());
        }
    }

    private void disconnected(String why) {
        LOG.atInfo().addKeyValue("run", run.id()).addKeyValue("why", why).log("the connection to the microVM broke");
        link.close();
        held.clear();
        if (verdict == null) {
            retry();
        }
    }

    private void retry() {
        failures++;
        Instant now = around.clock().instant();
        deadlines.lost = deadlines.lost.equals(Instant.MAX) && microVm.isPresent()
                ? now.plus(settings.lostAfter())
                : deadlines.lost;
        deadlines.open = now.plus(around.backoff().pause(failures));
    }

    private void received(Signal.Received received) {
        if (!link.isCurrent(received.connection()) || verdict != null) {
            return;
        }
        try {
            link.receive(received.message()).ifPresent(this::frame);
        } catch (IllegalArgumentException | IllegalStateException garbage) {
            disconnected(garbage.getMessage());
        }
    }

    private void frame(RunnerFrame frame) {
        switch (frame) {
            case Hello hello -> hello(hello.boot());
            case Attached there -> attached(there);
            case Refused refused -> {
                LOG.atWarn().addKeyValue("run", run.id()).addKeyValue("why", refused.reason())
                        .log("the runner refused this gateway");
                // Either another gateway has the run, which renewing finds out, or this microVM cannot go on with it, ever.
                renew(around.clock().instant());
                decide(new Verdict.SessionLost());
            }
            case Events events -> {
                link.requireAttached();
                pump.accept(events).ifPresent(result -> decide(Verdict.Over.of(result)));
            }
        }
    }

    private void hello(String boot) {
        link.greeted();
        if (microVm.isEmpty()) {
            Instant now = around.clock().instant();
            if (!around.store().bind(run.id(), run.claim().fence(), boot, job.strippedEnv(), now).await()) {
                decide(new Verdict.Lost());
                return;
            }
            microVm = Optional.of(boot);
            boundAt = now;
        } else if (!microVm.get().equals(boot)) {
            decide(new Verdict.SessionLost());
            return;
        }
        long durable = pump == null ? RunPump.durable(run, around.log()) : pump.durable();
        link.send(new Attach(run.id().value(), run.attempt(), run.claim().fence(), Math.max(0, durable - 1),
                job.packageUrl(),
                Optional.of(job.start())));
    }

    private void attached(Attached there) {
        link.attached();
        if (!there.known()) {
            decide(new Verdict.SessionLost());
            return;
        }
        if (pump == null) {
            publish(there.last() + 1);
        }
        failures = 0;
        deadlines.start = Instant.MAX;
        deadlines.lost = Instant.MAX;
        if (deadlines.timeout.equals(Instant.MAX)) {
            deadlines.timeout = around.clock().instant().plus(run.order().timeout()).plus(settings.cancelGrace())
                    .plus(MARGIN);
        }
        if (cancelling) {
            link.send(new Cancel());
        }
    }

    /** Opens the feed; {@code expected} events exist at the runner, durable or not. */
    private void publish(long expected) {
        pump = RunPump.open(run, around, settings.maxLogBytes(), expected, mailbox::add);
    }

    private void saved(Signal.Saved saved) {
        if (!saved.held()) {
            decide(new Verdict.Lost());
            return;
        }
        pump.saved(saved.n());
        if (verdict == null) {
            acknowledgeSoon();
            while (!held.isEmpty() && !pump.isFull()) {
                received(held.removeFirst());
            }
        }
    }

    /** AgentCore limits messages per second: acknowledgements of many writes go as one. */
    private void acknowledgeSoon() {
        if (deadlines.acknowledge.equals(Instant.MAX)) {
            deadlines.acknowledge = around.clock().instant().plus(ACKNOWLEDGE_WITHIN);
        }
    }

    private void onTime(Instant now) {
        if (deadlines.isDue(deadlines.renew, now)) {
            renew(now);
        }
        if (deadlines.isDue(deadlines.save, now)) {
            deadlines.save = Instant.MAX;
            pump.save();
        }
        if (verdict != null) {
            return;
        }
        if (deadlines.isDue(deadlines.acknowledge, now)) {
            deadlines.acknowledge = Instant.MAX;
            link.send(new Ack(Math.max(0, pump.durable() - 1)));
        }
        if (deadlines.isDue(deadlines.open, now)) {
            deadlines.open = Instant.MAX;
            link.open();
        }
        if (deadlines.isDue(deadlines.replace, now)) {
            deadlines.replace = Instant.MAX;
            disconnected("planned: it has reached its age");
        }
        if (deadlines.isDue(deadlines.start, now)) {
            decide(microVm.isEmpty()
                    ? Verdict.Over.failed("runtime_error", "the microVM did not start in time")
                    : new Verdict.SessionLost());
        } else if (deadlines.isDue(deadlines.lost, now)) {
            decide(new Verdict.SessionLost());
        } else if (deadlines.isDue(deadlines.timeout, now)) {
            decide(Verdict.Over.of(RunStatus.TIMED_OUT));
        } else if (deadlines.isDue(deadlines.cancel, now)) {
            decide(Verdict.Over.of(RunStatus.CANCELLED));
        }
    }

    private void renew(Instant now) {
        deadlines.renew = lease.due(now);
        switch (lease.renew(now)) {
            case LOST -> decide(new Verdict.Lost());
            case CANCEL_ASKED -> cancel(now);
            case HELD, UNKNOWN -> {
            }
        }
    }

    private void cancel(Instant now) {
        if (cancelling) {
            return;
        }
        cancelling = true;
        deadlines.cancel = now.plus(settings.cancelGrace()).plus(MARGIN);
        if (microVm.isEmpty()) {
            decide(Verdict.Over.of(RunStatus.CANCELLED));
        } else if (link.isAttached()) {
            link.send(new Cancel());
        }
    }

    private void decide(Verdict decided) {
        if (decided instanceof Verdict.Lost || verdict == null) {
            verdict = decided;
            boolean hasTerminalEvent = decided instanceof Verdict.Over || decided instanceof Verdict.SessionLost;
            if (pump == null && hasTerminalEvent) {
                publish(0);
            }
        }
    }
}
