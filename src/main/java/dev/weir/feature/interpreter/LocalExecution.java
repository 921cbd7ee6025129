package dev.weir.feature.interpreter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.RetainedEvents;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one run, executed by this process: straight-line code on a virtual thread, which keeps its events until they are
 * acknowledged, as a runner in a microVM does. It works on nothing before a run was durably bound to it (ADR 0005), so that what it does is
 * never done twice.
 */
final class LocalExecution {
    private static final Logger LOG = LoggerFactory.getLogger(LocalExecution.class);
    private static final int MAX_UNACKNOWLEDGED = 1024 * 1024;

    private final String name;
    private final Work work;
    private final RetainedEvents events = new RetainedEvents(MAX_UNACKNOWLEDGED);
    private final Promise<String> boot = Promise.promise();
    private final Promise<Start> go = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private final Promise<Void> over = Promise.promise();
    private Future<?> cleanUp = Future.succeededFuture();
    private Optional<LocalSocket> attached = Optional.empty();
    private long highestFence = Long.MIN_VALUE;
    private int connections;
    private int disconnections;

    /** @param name for threads and log lines */
    LocalExecution(String name, Work work) {
        this.name = name;
        this.work = work;
    }

    /** What is done. */
    @FunctionalInterface
    interface Work {
        /**
         * Blocks until there is a result, which is always the last event. Before anything is worked on, {@link Course#bind} must return. A
         * failure before that is one of the session, and may pass; one after it is the run's.
         */
        Event execute(Course course) throws Ended;
    }

    /** What a work reports to. */
    interface Course {
        /**
         * Says what the run is bound to from now on, and waits until that is durable.
         *
         * @return what only whoever executes is told: the environment, with its secrets
         */
        Start bind(Boot bootId) throws Ended;

        /** Output of stream {@code stdout} or {@code stderr}; waits while readers are behind. */
        void output(String stream, String text) throws Ended;

        void message(JsonNode value) throws Ended;

        /** The same future, for as long as the execution is wanted. */
        <T> T await(Future<T> awaited) throws Ended;

        /** The execution lets go of its session only when this completes; its result does not wait for it. */
        void lastly(Future<?> lettingGo);

        /** Completes when the execution is not wanted any more; never fails. */
        Future<Void> unwanted();
    }

    /** The execution is not wanted any more. */
    static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("ended", null, false, false);
        }
    }

    private enum Ending {
        CANCELLED, STOPPED
    }

    void begin() {
        Thread.ofVirtual().name("weir-interpreter-" + name).start(this::live);
    }

    synchronized void connected() {
        connections++;
    }

    /** Which disconnection this was, for {@link #isAlone}. */
    synchronized int disconnected() {
        connections--;
        return ++disconnections;
    }

    /** Whether nobody has been connected since that disconnection. */
    synchronized boolean isAlone(int disconnection) {
        return connections == 0 && disconnections == disconnection;
    }

    /** From now on this one is told of events, and nobody else; false if one with a newer claim is. */
    synchronized boolean attach(LocalSocket socket, long fence) {
        if (fence < highestFence) {
            return false;
        }
        highestFence = fence;
        attached = Optional.of(socket);
        events.onAppend(socket::pump);
        return true;
    }

    synchronized boolean isAttached(LocalSocket socket) {
        return attached.filter(socket::equals).isPresent();
    }

    synchronized void leave(LocalSocket socket) {
        if (isAttached(socket)) {
            attached = Optional.empty();
            events.onAppend(() -> {});
        }
    }

    /** What the run is to be bound to; fails if no session could be had. */
    Future<String> boot() {
        return boot.future();
    }

    /** The run is bound: it may begin, with what the first to say so says. */
    void proceed(Start start) {
        go.tryComplete(start);
    }

    RetainedEvents events() {
        return events;
    }

    /** Ends it as cancelled, unless it has a result. */
    void cancel() {
        end(Ending.CANCELLED);
    }

    /** Nobody waits for it any more. Completes when it has let go of its session. */
    Future<Void> stop() {
        end(Ending.STOPPED);
        return over.future();
    }

    private void end(Ending how) {
        if (ending.tryComplete(how)) {
            events.relax();
        }
    }

    private void live() {
        Event last;
        try {
            last = work.execute(new Reports());
        } catch (Ended _) {
            last = ending.future().result() == Ending.CANCELLED
                    ? new Cancelled()
                    : new Failed("runtime_error", "the execution was stopped");
        } catch (Throwable failure) {
            if (boot.tryFail(failure)) {
                cleanUp.onComplete(_ -> over.complete());
                return;
            }
            LOG.atWarn().addKeyValue("run", name).setCause(failure).log("an execution in an interpreter failed");
            last = new Failed("runtime_error",
                    failure instanceof ProblemException known ? known.problem().detail() : "the execution failed");
        }
        events.finish(last);
        boot.tryComplete("none-" + name);
        cleanUp.onComplete(_ -> over.complete());
    }

    private final class Reports implements Course {
        @Override
        public Start bind(Boot bootId) throws Ended {
            boot.complete(bootId.toString());
            return await(go.future());
        }

        @Override
        public void output(String stream, String text) throws Ended {
            require();
            try {
                events.appendOutput(stream, text);
            } catch (InterruptedException e) {
                throw new Ended();
            }
        }

        @Override
        public void message(JsonNode value) throws Ended {
            require();
            try {
                events.append(new Message(value));
            } catch (InterruptedException e) {
                throw new Ended();
            }
        }

        @Override
        public <T> T await(Future<T> awaited) throws Ended {
            Promise<Void> either = Promise.promise();
            awaited.onComplete(_ -> either.tryComplete());
            ending.future().onComplete(_ -> either.tryComplete());
            either.future().await();
            if (!awaited.isComplete()) {
                throw new Ended();
            }
            return awaited.await();
        }

        @Override
        public void lastly(Future<?> lettingGo) {
            cleanUp = lettingGo;
        }

        @Override
        public Future<Void> unwanted() {
            return ending.future().mapEmpty();
        }

        private void require() throws Ended {
            if (ending.future().isComplete()) {
                throw new Ended();
            }
        }
    }
}
