package dev.weir.edge.stream;

import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.sse.TextFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that reads a run over a WebSocket, and may ask for its cancellation. Confined to its loop. */
final class SocketStream implements Subscriber, OpenStream, Outlet.Owner, SocketInbound.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(SocketStream.class);
    private static final ByteBuf PING = Encodings.constant(Buffer.buffer(new byte[]{(byte) 0x89, 0}));
    private static final ByteBuf RESET = frame(RunStreams.RESET, Buffer.buffer("{\"reason\":\"unknown_cursor\"}"));
    private static final int UNANSWERED = 2;
    private static final Duration BRIEFLY = Duration.ofMillis(100);
    private static final int NORMAL = 1000;
    private static final int RESTART = 1012;
    private static final int TRY_AGAIN = 1013;
    private static final int BAD_MESSAGE = 4400;
    private static final int FORBIDDEN = 4403;

    /** Handlers of Vert.x that read and write frames, and ours that takes them. */
    private static final Set<String> KEPT = Set.of("wsdecoder", "wsencoder", SocketInbound.UTF8, SocketInbound.NAME);

    private final Outlet outlet = Outlet.alone(this);
    private final RunId run;
    private final Supplier<Future<?>> cancellation;
    private final Loop loop;
    private final Terms terms;
    private Start start;
    private Subscription subscription;
    private long lastPing = System.nanoTime();
    private int unanswered;
    private boolean cancelling;
    private boolean over;
    private boolean gone;

    SocketStream(Run run, EventId after, Supplier<Future<?>> cancellation, Loop loop, Terms terms) {
        this.run = run.id();
        this.start = new Start(after, run.status() == RunStatus.QUEUED);
        this.cancellation = cancellation;
        this.loop = loop;
        this.terms = terms;
    }

    /** Takes the connection, which has just become a WebSocket, and streams. */
    void open(ChannelHandlerContext vertx) {
        vertx.channel().config().setWriteBufferWaterMark(RunStreams.WATER_MARK);
        SocketInbound.install(vertx, this, SocketInbound.COMMANDS);
        Takeover.hand(vertx, outlet, KEPT);
    }

    @Override
    public void opened() {
        Start from = start;
        start = null;
        loop.add(this);
        terms.meters().opened();
        if (from.queued()) {
            var _ = outlet.send(Encodings.SOCKET.encode(List.of(RecordEvents.queued(run))));
        }
        subscription = terms.source().subscribe(run, from.after(), loop, this);
    }

    @Override
    public boolean isWritable() {
        return outlet.isWritable();
    }

    @Override
    public void write(Batch batch) {
        outlet.write(batch.as(Encodings.SOCKET));
        terms.meters().delivered(batch.events().size());
    }

    @Override
    public void reset() {
        outlet.write(RESET);
    }

    @Override
    public void end() {
        over = true;
        // A slow reader may take its time for what came before; only one that takes nothing any more is cut off.
        outlet.send(new CloseWebSocketFrame(NORMAL, "")).addListener(_ -> killAfter(RunStreams.FAREWELL));
    }

    @Override
    public void fail(Throwable cause) {
        LOG.warn("stream of {} interrupted", run, cause);
        over = true;
        close(TRY_AGAIN, "interrupted, come back and resume", RunStreams.FAREWELL);
    }

    @Override
    public void drain() {
        if (over) {
            killAfter(RunStreams.FAREWELL);
        } else {
            sendAway(RESTART, "draining, come back and resume", RunStreams.FAREWELL);
        }
    }

    /** What comes after a frame that breaks the rules cannot be read, so the client's answer to the close is not waited for. */
    @Override
    public void refuse(int code, String reason) {
        sendAway(code, reason, BRIEFLY);
    }

    private void sendAway(int code, String reason, Duration patience) {
        if (!over) {
            cancelSubscription();
            close(code, reason, patience);
        }
    }

    @Override
    public void beat(long now) {
        if (outlet.isStuck(now, terms.idle())) {
            cancelSubscription();
            outlet.kill();
            return;
        }
        if (over || now - lastPing < RunStreams.due(terms.config().ping()).toNanos()) {
            return;
        }
        lastPing = now;
        if (unanswered == UNANSWERED) {
            cancelSubscription();
            outlet.kill();
            return;
        }
        unanswered++;
        // To one that does not read, a ping would only be more to read; its silence counts all the same.
        if (outlet.isWritable()) {
            outlet.write(PING);
        }
    }

    @Override
    public void pong() {
        unanswered = 0;
    }

    @Override
    public void message(byte[] message) {
        if (over) {
            return;
        }
        if (!ClientMessage.isCancel(new String(message, StandardCharsets.UTF_8))) {
            sendAway(BAD_MESSAGE, "the only message is {\"type\":\"cancel\"}", RunStreams.FAREWELL);
        } else if (!cancelling) {
            cancelling = true;
            cancellation.get().onFailure(cause -> loop.run(() -> refused(cause)));
        }
    }

    /** Who may not cancel is sent away; after any other failure the output goes on, and the client may ask again. */
    private void refused(Throwable cause) {
        cancelling = false;
        Problem problem = ProblemException.problemOf(cause);
        if (problem instanceof Problem.Forbidden) {
            sendAway(FORBIDDEN, "this credential may only read", RunStreams.FAREWELL);
        } else if (!over) {
            LOG.warn("cancelling {} failed: {}", run, problem.detail(), cause);
            Buffer out = Buffer.buffer();
            TextFrames.text(out,
                    new JsonObject().put("error", new JsonObject().put("detail", problem.detail())).toBuffer());
            outlet.write(Encodings.constant(out));
        }
    }

    @Override
    public void writable() {
        if (subscription != null && !over) {
            subscription.resume();
        }
    }

    @Override
    public void closed() {
        if (!over) {
            cancelSubscription();
        }
        if (!gone) {
            gone = true;
            terms.meters().closed();
            loop.remove(this);
        }
    }

    private void cancelSubscription() {
        over = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public boolean ping(byte[] question) {
        var _ = outlet.send(new PongWebSocketFrame(Unpooled.wrappedBuffer(question)));
        return true;
    }

    /** The client's answer to our close, or a close of its own, which is answered with its code (RFC 6455 section 5.5.1). */
    @Override
    public boolean closing(int code) {
        if (over) {
            outlet.kill();
        } else {
            cancelSubscription();
            outlet.end(new CloseWebSocketFrame(code < 0 ? NORMAL : code, ""));
            killAfter(RunStreams.FAREWELL);
        }
        return true;
    }

    /** The close frame, then the client's, then the end: at the latest after a short while, also if the client does not even read. */
    private void close(int code, String reason, Duration patience) {
        var _ = outlet.send(new CloseWebSocketFrame(code, reason));
        killAfter(patience);
    }

    private void killAfter(Duration patience) {
        loop.later(patience, () -> {
            if (!gone) {
                outlet.kill();
            }
        });
    }

    private static ByteBuf frame(String event, Buffer data) {
        Buffer bytes = Buffer.buffer();
        TextFrames.event(bytes, "", event, data);
        return Encodings.constant(bytes);
    }
}
