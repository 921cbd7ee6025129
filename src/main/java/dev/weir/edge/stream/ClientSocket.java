package dev.weir.edge.stream;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** One client's WebSocket on which messages go both ways. Confined to its loop, but for what {@link MessageSocket} promises. */
final class ClientSocket implements MessageSocket, OpenStream, Outlet.Owner, SocketInbound.Owner {
    private static final String DECODER = "wsdecoder";
    private static final int UNANSWERED = 2;
    private static final int MOST_REASON = 123;
    private static final int RESTART = 1012;
    private static final Duration BRIEFLY = Duration.ofMillis(100);

    private final ServerWebSocket socket;
    private final ChannelHandlerContext vertx;
    private final SocketInbound.Form form;
    private final Loop loop;
    private final StreamsConfig config;
    private final ToIntFunction<Throwable> closeCodes;
    private Outlet outlet;
    private Listener listener;
    private Runnable onGone;
    private long lastPing = System.nanoTime();
    private int unanswered;
    private boolean paused;
    private boolean over;
    private boolean gone;

    ClientSocket(ServerWebSocket socket, ChannelHandlerContext vertx, SocketInbound.Form form, Loop loop,
            StreamsConfig config, ToIntFunction<Throwable> closeCodes) {
        this.socket = socket;
        this.vertx = vertx;
        this.form = form;
        this.loop = loop;
        this.config = config;
        this.closeCodes = closeCodes;
    }

    /** Call in the same turn of the loop as the upgrade, before the client's first frame is read. */
    void open(Function<MessageSocket, Listener> service, Runnable whenGone) {
        onGone = whenGone;
        // Vert.x has one limit for all its WebSockets, and that one fits those that hardly ever say anything.
        WebSocketDecoderConfig limits = WebSocketDecoderConfig.newBuilder().expectMaskedFrames(true)
                .maxFramePayloadLength(form.maxMessage()).closeOnProtocolViolation(false).build();
        vertx.pipeline().replace(DECODER, DECODER, new WebSocket13FrameDecoder(limits));
        SocketInbound.install(vertx, this, form);
        outlet = Outlet.beside(vertx, this);
        loop.add(this);
        listener = service.apply(this);
    }

    @Override
    public Future<Void> send(Buffer message) {
        Promise<Void> sent = Promise.promise();
        loop.run(() -> {
            if (over) {
                sent.tryFail(new ProblemException(
                        new Problem.Unavailable("the client is gone", Duration.ofSeconds(1), "")));
                return;
            }
            var bytes = Unpooled.wrappedBuffer(message.getBytes());
            var _ = vertx.writeAndFlush(form.text() ? new TextWebSocketFrame(bytes) : new BinaryWebSocketFrame(bytes))
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            sent.tryComplete();
                        } else {
                            sent.tryFail(written.cause());
                        }
                    });
        });
        return sent.future();
    }

    @Override
    public void pause() {
        loop.run(() -> {
            paused = true;
            vertx.channel().config().setAutoRead(false);
        });
    }

    @Override
    public void resume() {
        loop.run(() -> {
            paused = false;
            unanswered = 0;
            vertx.channel().config().setAutoRead(true);
        });
    }

    @Override
    public void close(int code, String reason) {
        loop.run(() -> end(code, reason, RunStreams.FAREWELL));
    }

    @Override
    public void fail(Throwable problem) {
        close(closeCodes.applyAsInt(problem), ProblemException.problemOf(problem).detail());
    }

    @Override
    public void message(byte[] message) {
        if (!over) {
            listener.message(Buffer.buffer(message));
        }
    }

    /** What comes after a frame that breaks the rules cannot be read, so the client's answer to the close is not waited for. */
    @Override
    public void refuse(int code, String reason) {
        end(code, reason, BRIEFLY);
    }

    @Override
    public void drain() {
        end(RESTART, "draining, come back", RunStreams.FAREWELL);
    }

    @Override
    public void beat(long now) {
        if (over || now - lastPing < RunStreams.due(config.ping()).toNanos()) {
            return;
        }
        lastPing = now;
        // Of a client that is not read no answer is seen, and it has done nothing wrong; a ping still finds out whether it is there at all.
        if (unanswered == UNANSWERED && !paused) {
            over = true;
            outlet.kill();
            return;
        }
        unanswered = paused ? 0 : unanswered + 1;
        if (outlet.isWritable()) {
            var _ = vertx.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void pong() {
        unanswered = 0;
    }

    @Override
    public void writable() {
        // every message has a future of its own
    }

    @Override
    public void closed() {
        over = true;
        if (!gone) {
            gone = true;
            loop.remove(this);
            onGone.run();
            listener.closed();
        }
    }

    private void end(int code, String reason, Duration patience) {
        if (over) {
            return;
        }
        over = true;
        vertx.channel().config().setAutoRead(true); // the client's answer to the close
        if (!socket.isClosed()) {
            socket.close((short) code, cut(reason));
        }
        loop.later(patience, () -> {
            if (!gone) {
                outlet.kill();
            }
        });
    }

    private static String cut(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MOST_REASON) {
            return reason;
        }
        int end = MOST_REASON;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--; // not within a character
        }
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    }
}
