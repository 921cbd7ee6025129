package dev.weir.platform.agentcore;

import dev.weir.feature.agent.AgentSocket.Closed;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** One connection to a shell: its messages at the service's pace. All on the one event loop that it was opened on. */
final class ShellSocket {
    /** After the message that ends the shell, the service closes; if not in this time, we do. */
    private static final Duration END_GRACE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final WebSocket wire;
    private final LiveSocket<Buffer> live;
    private final ShellAddress address;
    private final Pace pace = new Pace(ShellLimits.MESSAGES_PER_SECOND, System.nanoTime());
    private final ShellQueue queue = new ShellQueue();
    private final Deque<Promise<Void>> echoes = new ArrayDeque<>();
    private boolean waiting;
    private boolean closed;

    ShellSocket(Vertx vertx, WebSocket wire, LiveSocket<Buffer> live, ShellAddress address) {
        this.vertx = vertx;
        this.wire = wire;
        this.live = live;
        this.address = address;
        live.onDrain(this::pump);
    }

    /** As the service named it. */
    ShellAddress address() {
        return address;
    }

    void listen(Consumer<ShellFrame> onFrame, Consumer<Closed> onClosed) {
        live.listen(message -> {
            ShellFrame frame = ShellFrames.decode(message);
            if (frame instanceof ShellFrame.Heartbeat && !echoes.isEmpty()) {
                echoes.removeFirst().tryComplete();
            } else {
                onFrame.accept(frame);
            }
        }, end -> {
            closed = true;
            ProblemException lost = lost();
            queue.failAll(lost);
            echoes.forEach(echo -> echo.tryFail(lost));
            echoes.clear();
            onClosed.accept(end);
        });
    }

    Future<Void> type(Buffer bytes) {
        if (closed) {
            return Future.failedFuture(lost());
        }
        Future<Void> done = queue.type(bytes);
        pump();
        return done;
    }

    Future<Void> send(ShellFrame frame) {
        if (closed) {
            return Future.failedFuture(lost());
        }
        Future<Void> done = queue.send(frame);
        pump();
        return done;
    }

    Future<Void> confirm() {
        Promise<Void> echo = Promise.promise();
        if (closed) {
            echo.fail(lost());
        } else {
            echoes.add(echo);
            send(new ShellFrame.Heartbeat(Buffer.buffer()));
        }
        return echo.future();
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    void pause() {
        live.pause();
    }

    void resume() {
        live.resume();
    }

    /** Closes without ending the shell. */
    void detach() {
        live.close();
    }

    /** What is still to be typed is for nobody any more, and would take a slow line longer than there is. */
    void terminate() {
        queue.failAll(lost());
        send(new ShellFrame.Close());
        long _ = vertx.setTimer(END_GRACE.toMillis(), id -> live.close());
    }

    static ProblemException lost() {
        return new ProblemException(
                new Problem.Unavailable("there is no connection to the shell", Duration.ofSeconds(1), ""));
    }

    private void pump() {
        while (!waiting && !closed && !queue.isEmpty() && !wire.isClosed() && !wire.writeQueueFull()) {
            long millis = pace.take(System.nanoTime());
            if (millis > 0) {
                waiting = true;
                long _ = vertx.setTimer(millis, id -> {
                    waiting = false;
                    pump();
                });
                return;
            }
            ShellQueue.Message message = queue.next();
            wire.writeBinaryMessage(message.bytes()).onComplete(
                    sent -> message.done().forEach(Promise::tryComplete),
                    failure -> message.done().forEach(each -> each.tryFail(lost())));
        }
    }
}
