package dev.weir.platform.agentcore;

import dev.weir.feature.agent.AgentSocket.Closed;
import dev.weir.platform.http.SilenceWatch;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A WebSocket to AgentCore over Vert.x, of text or of binary messages. All state is confined to one event loop, and the callbacks come
 * there: one at a time, in order, the end exactly once and last.
 *
 * <p>What Vert.x does not do by itself: it reports the end of the connection at once, ahead of messages a paused socket still holds; it
 * leaves a socket open on which a message was too large; after a close frame it waits without limit for the peer to take ours and to
 * end the connection.
 *
 * <p>A peer lives if it says something, or if it takes what it is sent: while a large message goes up a slow line, its answer to a ping
 * is far away. The pings are sent all the same, so that the peer, too, knows.
 */
final class LiveSocket<M> {
    private static final int NO_CLOSE_FRAME = 1006;
    private static final int TOO_LARGE = 1009;
    private static final int PROTOCOL_ERROR = 1002;

    private final Vertx vertx;
    private final Context context;
    private final Thread loop = Thread.currentThread();
    private final WebSocket wire;
    private final SilenceWatch silence;
    private final long pingTimer;
    private final Duration hangUp;
    private final AtomicBoolean listened = new AtomicBoolean();

    private Consumer<M> onMessage;
    private Consumer<Closed> onClose;
    private Runnable onDrain = () -> {};
    private boolean paused = true;
    private boolean leaving;
    private boolean gone;
    private boolean finished;
    private Closed verdict;

    /**
     * Call on the event loop that {@code wire} was opened on, in the same turn.
     *
     * @param reader sets the handler of the kind of messages that is wanted; the other kind is passed over
     * @param ping between pings
     * @param deadAfter of silence while not paused the connection is given up
     * @param hangUp after which a connection that was closed and is still there is cut
     */
    LiveSocket(Vertx vertx, WebSocket wire, Reader<M> reader, Duration ping, Duration deadAfter, Duration hangUp) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.wire = wire.pause();
        this.hangUp = hangUp;
        this.silence = new SilenceWatch(vertx, deadAfter, () -> !paused, this::giveUp);
        this.gone = wire.isClosed();
        if (gone) { // closed in the very segment that opened it; no handler can be set any more
            this.pingTimer = -1;
            vertx.setTimer(hangUp.toMillis(), id -> cut());
            return;
        }
        reader.install(wire, this::received);
        wire.frameHandler(this::arrived);
        wire.drainHandler(v -> drained());
        wire.pongHandler(pong -> silence.touch()); // comes also while the messages are held
        wire.exceptionHandler(this::broken);
        wire.closeHandler(v -> disconnected());
        silence.start();
        this.pingTimer = vertx.setPeriodic(ping.toMillis(), id -> ping());
    }

    /** Lets messages in; once. */
    void listen(Consumer<M> message, Consumer<Closed> closed) {
        if (!listened.compareAndSet(false, true)) {
            throw new IllegalStateException("a socket has one listener");
        }
        onLoop(() -> {
            onMessage = message;
            onClose = closed;
            flow();
        });
    }

    /** What to do when there is room again for what is sent; on the event loop. */
    void onDrain(Runnable action) {
        onDrain = action;
    }

    /** Stops reading from the network; safe from any thread, like all that follows. */
    void pause() {
        onLoop(() -> {
            if (!leaving) {
                paused = true;
                wire.pause();
            }
        });
    }

    void resume() {
        onLoop(() -> {
            if (onMessage != null) {
                flow();
            }
        });
    }

    /** Closes with 1000. */
    void close() {
        onLoop(() -> leave((short) 1000, null));
    }

    void onLoop(Runnable action) {
        if (loop.equals(Thread.currentThread())) {
            action.run();
        } else {
            context.runOnContext(v -> action.run());
        }
    }

    /** Lets messages through; silence counts from now. */
    private void flow() {
        paused = false;
        silence.touch();
        wire.resume();
        if (gone) {
            afterHeldMessages();
        }
    }

    /** Frames come in order, so a close frame is behind all messages. */
    private void arrived(WebSocketFrame frame) {
        silence.touch();
        if (frame.isClose()) {
            leaving = true;
            quiet();
            finish();
            vertx.setTimer(hangUp.toMillis(), id -> cut());
        }
    }

    private void quiet() {
        silence.stop();
        vertx.cancelTimer(pingTimer);
    }

    private void received(M message) {
        if (!leaving) {
            onMessage.accept(message);
        }
    }

    private void disconnected() {
        gone = true;
        quiet();
        if (leaving) {
            finish();
        } else if (!paused) {
            afterHeldMessages();
        }
    }

    /** {@code resume} delivers in a task of its own; one queued behind it runs when they are through, or were paused again. */
    private void afterHeldMessages() {
        context.runOnContext(v -> {
            if (!paused || leaving) {
                finish();
            }
        });
    }

    private void finish() {
        if (finished || onClose == null) {
            return;
        }
        finished = true;
        onClose.accept(verdict != null ? verdict : received());
    }

    /** Read as late as possible: the close frame may have been among what was held. */
    private Closed received() {
        Short code = wire.closeStatusCode();
        String reason = wire.closeReason();
        return new Closed(code == null ? NO_CLOSE_FRAME : code, reason == null ? "" : reason);
    }

    private void drained() {
        silence.touch();
        onDrain.run();
    }

    private void ping() {
        if (!wire.isClosed()) {
            wire.writePing(Buffer.buffer()).onFailure(v -> silence.touch());
        }
    }

    /** Reports without waiting for a farewell that will not come. */
    private void giveUp() {
        verdict = new Closed(NO_CLOSE_FRAME, "no answer");
        leave((short) 1001, "no answer");
        finish();
    }

    private void broken(Throwable failure) {
        if (gone || leaving || wire.isClosed()) {
            return; // the end of the connection is reported here too, before disconnected()
        }
        boolean tooLarge = failure instanceof IllegalStateException; // how Vert.x says it
        if (tooLarge || failure instanceof DecoderException) {
            int code = tooLarge ? TOO_LARGE : PROTOCOL_ERROR;
            // not the peer's word: to whoever wants the connection it is lost like any other
            verdict = new Closed(NO_CLOSE_FRAME, tooLarge ? "a message was too large" : "a frame was malformed");
            leave((short) code, null);
            finish();
        }
    }

    private void leave(short code, String reason) {
        if (leaving) {
            return;
        }
        leaving = true;
        paused = false;
        if (gone) {
            finish();
            return;
        }
        quiet();
        wire.resume(); // the peer's close frame is behind what it sent before
        wire.close(code, reason).onFailure(v -> cut());
        vertx.setTimer(hangUp.toMillis(), id -> cut());
    }

    /** Harmless on a connection that is gone. */
    private void cut() {
        var _ = ((WebSocketInternal) wire).channelHandlerContext().close();
    }

    /** How a kind of messages is asked for. */
    @FunctionalInterface
    interface Reader<M> {
        void install(WebSocket wire, Handler<M> handler);
    }
}
