package dev.weir.runner;

import dev.weir.wire.runner.RetainedEvents;
import dev.weir.runner.Desk.Verdict;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Refused;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * One gateway's connection: a cursor over the events of the run it attached to. Lives on its event loop; nothing piles up here, because
 * events are read only when the socket takes them and the rate allows it.
 */
final class Link {
    static final short REPLACED = 4000;
    static final short MALFORMED = 4400;
    static final short CONFLICT = 4409;
    private static final short NOT_UTF8 = 1007;

    private final Vertx vertx;
    private final Context context;
    private final ServerWebSocket socket;
    private final Desk desk;
    private final TokenBucket rate;
    private final Parts parts = new Parts();
    private final Deque<String> outgoing = new ArrayDeque<>();
    private final Wakeup wakeup;
    private Runnable whenClosed = () -> {};
    private Execution execution;
    private long sent;
    private boolean paused;
    private boolean open = true;

    Link(Vertx vertx, ServerWebSocket socket, Desk desk, int framesPerSecond) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.socket = socket;
        this.desk = desk;
        this.rate = new TokenBucket(framesPerSecond, System::nanoTime);
        this.wakeup = new Wakeup(context, this::pump);
    }

    /** Greets and listens; {@code newWhenClosed} runs at the end of the connection. */
    void open(String boot, Runnable newWhenClosed) {
        whenClosed = newWhenClosed;
        socket.textMessageHandler(this::receive);
        socket.binaryMessageHandler(_ -> close(MALFORMED, "frames are text"));
        socket.exceptionHandler(_ -> close(NOT_UTF8, "a message could not be read"));
        socket.drainHandler(_ -> pump());
        socket.closeHandler(_ -> closed());
        write(new Hello(boot));
    }

    /** Another connection attached to the same run. Any thread. */
    void replace() {
        context.runOnContext(_ -> close(REPLACED, "another connection took over"));
    }

    private void receive(String message) {
        if (!open) {
            return;
        }
        try {
            Optional<String> frame = parts.join(message);
            frame.map(FrameCodec::decodeGatewayFrame).ifPresent(this::handle);
        } catch (IllegalArgumentException e) {
            close(MALFORMED, "not a frame of the runner protocol");
        }
    }

    private void handle(GatewayFrame frame) {
        switch (frame) {
            case Attach attach -> attach(attach);
            case Ack ack -> {
                if (!desk.acknowledge(attached(), ack.n())) {
                    throw new IllegalArgumentException("nothing to acknowledge");
                }
            }
            case Cancel _ -> attached().cancel();
        }
    }

    private Execution attached() {
        if (execution == null) {
            throw new IllegalArgumentException("attach comes first");
        }
        return execution;
    }

    private void attach(Attach attach) {
        if (execution != null && !execution.key().equals(new Execution.Key(attach.run(), attach.attempt()))) {
            desk.leave(execution, this);
            execution = null;
        }
        switch (desk.attach(attach, this)) {
            case Verdict.Refused refused -> {
                write(new Refused(refused.reason()));
                close(CONFLICT, refused.reason());
            }
            case Verdict.Unknown _ -> write(new Attached(false, 0));
            case Verdict.Over over -> write(new Attached(true, over.last()));
            case Verdict.Adopted adopted -> {
                execution = adopted.execution();
                sent = attach.after();
                outgoing.clear();
                write(new Attached(true, execution.events().last()));
                execution.events().onAppend(wakeup);
                pump();
            }
        }
    }

    /** Sends what there is, as long as the socket and the rate allow. */
    private void pump() {
        while (open && !socket.isClosed() && !paused && !socket.writeQueueFull() && hasMore()) {
            long wait = rate.take();
            if (wait > 0) {
                paused = true;
                vertx.setTimer(wait, _ -> {
                    paused = false;
                    pump();
                });
                return;
            }
            if (outgoing.isEmpty()) {
                fill();
            }
            String next = outgoing.poll();
            if (next == null) { // a peer that acknowledged what it was not sent gets no more of it
                return;
            }
            socket.writeTextMessage(next);
        }
    }

    private boolean hasMore() {
        return !outgoing.isEmpty() || (execution != null && execution.events().last() > sent);
    }

    /** Reads the next events only when they may be sent at once: until then they may still grow. */
    private void fill() {
        RetainedEvents.Batch batch = execution.events().read(sent, Parts.MAX_MESSAGE - FrameCodec.EVENTS_OVERHEAD);
        sent = batch.end();
        if (batch.encoded().isEmpty()) {
            return;
        }
        outgoing.addAll(Parts.split(FrameCodec.events(batch.first(), batch.encoded())));
    }

    private void write(RunnerFrame frame) {
        long _ = rate.take();
        if (!socket.isClosed()) {
            socket.writeTextMessage(FrameCodec.encode(frame));
        }
    }

    private void close(short code, String reason) {
        if (open) {
            closed();
            if (!socket.isClosed()) {
                socket.close(code, reason);
            }
        }
    }

    private void closed() {
        open = false;
        whenClosed.run();
        outgoing.clear();
        if (execution != null) {
            desk.leave(execution, this);
        }
    }
}
