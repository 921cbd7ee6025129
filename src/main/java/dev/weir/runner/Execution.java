package dev.weir.runner;

import dev.weir.wire.runner.RetainedEvents;
import dev.weir.wire.env.EnvFilter;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run in this microVM: fetch, unpack, execute, as straight-line code on a thread of its own. It never depends on a connection. */
final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    /** About 24 days: the longest a timer can be set for. */
    private static final long MAX_TIMER_MILLIS = Integer.MAX_VALUE;

    private final Vertx vertx;
    private final RunnerOptions options;
    private final Key key;
    private final Start start;
    private final PackageSource source;
    private final RetainedEvents events;
    private final Thread thread;
    private volatile Runnable whenOver = () -> {};
    private Ending ending;
    private HandlerProcess process;
    private boolean settled;
    private volatile boolean over;

    Execution(Vertx vertx, RunnerOptions options, Key key, Start start, String packageUrl) {
        this.vertx = vertx;
        this.options = options;
        this.key = key;
        this.start = start.with(EnvFilter.filter(start.env()).kept()); // the gateway did it, too; no need to trust that
        this.source = new PackageSource(packageUrl);
        this.events = new RetainedEvents(options.limits().maxUnackedBytes());
        this.thread = Thread.ofPlatform().daemon().name("weir-run-" + key.run()).unstarted(this::live);
    }

    /** Names one execution. */
    record Key(String run, int attempt) {}

    private enum Ending {
        CANCELLED, TIMED_OUT, STOPPED
    }

    Key key() {
        return key;
    }

    RetainedEvents events() {
        return events;
    }

    /** Whether the final event exists. */
    boolean isOver() {
        return over;
    }

    void begin(Runnable newWhenOver) {
        whenOver = newWhenOver;
        thread.start();
    }

    void packageMovedTo(String url) {
        source.moveTo(url);
    }

    /** TERM, and KILL after the run's grace. Idempotent; without effect once the handler has its result. */
    void cancel() {
        end(Ending.CANCELLED);
    }

    /** KILL, now. */
    void stop() {
        end(Ending.STOPPED);
        HandlerProcess running = process();
        if (running != null) {
            running.kill();
        }
    }

    private synchronized void end(Ending how) {
        if (ending != null || settled) {
            return;
        }
        ending = how;
        if (process == null) {
            thread.interrupt();
        } else {
            askToEnd(process);
        }
    }

    private void askToEnd(HandlerProcess handler) {
        if (ending == Ending.STOPPED || start.graceMs() <= 0) {
            handler.kill();
            return;
        }
        handler.terminate();
        vertx.setTimer(timer(start.graceMs()), _ -> handler.kill());
    }

    private synchronized HandlerProcess process() {
        return process;
    }

    private void live() {
        LOG.info("run {} attempt {} begins", key.run(), key.attempt());
        Event last;
        try {
            last = execute();
        } catch (RunFailure e) {
            last = e.event();
        } catch (InterruptedException e) {
            last = new Failed("runtime_error", "the runner was interrupted"); // only end() interrupts, and says why below
        } catch (IOException | RuntimeException e) {
            LOG.error("run {} attempt {} could not be executed", key.run(), key.attempt(), e);
            last = new Failed("runtime_error", "the runner could not execute the handler");
        }
        Event said = settle(last);
        events.finish(said);
        over = true;
        LOG.info("run {} attempt {} ends: {}", key.run(), key.attempt(), said.getClass().getSimpleName());
        whenOver.run();
    }

    /** An end that comes later than this comes too late. */
    private synchronized void outcomeIsCertain() {
        settled = true;
    }

    private synchronized Event settle(Event last) {
        settled = true;
        if (ending == null) {
            return last;
        }
        return switch (ending) {
            case CANCELLED -> new Cancelled();
            case TIMED_OUT -> new TimedOut();
            case STOPPED -> new Failed("runtime_error", "the runner was stopped");
        };
    }

    private Event execute() throws IOException, InterruptedException, RunFailure {
        Path code = options.workDir().resolve("code");
        Path zip = options.workDir().resolve("package.zip");
        Path bootstrap = options.workDir().resolve("bootstrap.py");
        Files.createDirectories(options.workDir());
        try (InputStream resource = Execution.class.getResourceAsStream("bootstrap.py")) {
            Files.copy(resource, bootstrap, StandardCopyOption.REPLACE_EXISTING);
        }
        source.fetch(zip, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timer(start.timeoutMs())));
        SkillPackage skill = new SkillPackage(zip);
        skill.verify(start.digest());
        skill.unpack(code);
        Files.delete(zip);
        HandlerProcess handler = HandlerProcess.start(options, events, bootstrap, code, start);
        long timeout = vertx.setTimer(timer(start.timeoutMs()), _ -> end(Ending.TIMED_OUT));
        try {
            adopt(handler);
            return handler.converse(start, this::outcomeIsCertain);
        } finally {
            vertx.cancelTimer(timeout);
        }
    }

    /** From here on an end means a signal to the process, not an interrupt of this thread. */
    private synchronized void adopt(HandlerProcess handler) {
        process = handler;
        boolean _ = Thread.interrupted();
        if (ending != null) {
            askToEnd(handler);
        }
    }

    private static long timer(long millis) {
        return Math.clamp(millis, 1, MAX_TIMER_MILLIS);
    }
}
