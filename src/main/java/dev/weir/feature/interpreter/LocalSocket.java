package dev.weir.feature.interpreter;

import dev.weir.feature.agent.AgentSocket;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RetainedEvents;
import dev.weir.wire.runner.RunnerFrame;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Refused;
import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * A connection to an execution in this process that speaks the runner's protocol, so that the run engine need not know where a run executes.
 * What it sends is read from the execution's events when the other side takes it; nothing is kept here.
 */
final class LocalSocket implements AgentSocket {
    private static final int BATCH = Parts.MAX_MESSAGE - FrameCodec.EVENTS_OVERHEAD;

    private final String boot;
    private final LocalExecution execution;
    private final Runnable whenClosed;
    private final Parts parts = new Parts();
    private Consumer<String> onMessage;
    private Consumer<Closed> onClose;
    private long sent;
    private boolean paused;
    private boolean closed;

    /** @param whenClosed called once */
    LocalSocket(String boot, LocalExecution execution, Runnable whenClosed) {
        this.boot = boot;
        this.execution = execution;
        this.whenClosed = whenClosed;
    }

    @Override
    public synchronized void listen(Consumer<String> newOnMessage, Consumer<Closed> newOnClose) {
        onMessage = newOnMessage;
        onClose = newOnClose;
        say(new Hello(boot));
    }

    @Override
    public Future<Void> send(String message) {
        synchronized (this) {
            if (closed) {
                return Future.failedFuture("closed");
            }
            parts.join(message).map(FrameCodec::decodeGatewayFrame).ifPresent(this::handle);
        }
        pump();
        return Future.succeededFuture();
    }

    private void handle(GatewayFrame frame) {
        switch (frame) {
            case GatewayFrame.Attach attach -> {
                RetainedEvents events = execution.events();
                boolean known = attach.after() <= events.last() && attach.after() >= events.first() - 1;
                if (known && !execution.attach(this, attach.fence())) {
                    say(new Refused("another execution looks after this run"));
                    return;
                }
                say(new Attached(known, events.last()));
                if (known) {
                    sent = attach.after();
                    events.acknowledge(attach.after());
                    attach.start().ifPresent(execution::proceed);
                }
            }
            case GatewayFrame.Ack ack -> {
                if (execution.isAttached(this)) {
                    execution.events().acknowledge(ack.n());
                }
            }
            case GatewayFrame.Cancel _ -> {
                if (execution.isAttached(this)) {
                    execution.cancel();
                }
            }
        }
    }

    @Override
    public synchronized void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        synchronized (this) {
            paused = false;
        }
        pump();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        execution.leave(this);
        whenClosed.run();
        if (onClose != null) {
            onClose.accept(new Closed(1000, ""));
        }
    }

    /** Any thread; the other side only puts into a mailbox what it is told. */
    synchronized void pump() {
        while (!paused && !closed && execution.isAttached(this)) {
            RetainedEvents.Batch batch = execution.events().read(sent, BATCH);
            if (batch.encoded().isEmpty()) {
                return;
            }
            sent = batch.end();
            Parts.split(FrameCodec.events(batch.first(), batch.encoded())).forEach(onMessage);
        }
    }

    private void say(RunnerFrame frame) {
        onMessage.accept(FrameCodec.encode(frame));
    }
}
