package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.done;

import dev.weir.config.AgentCoreConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The far end of a slow line: reads a little at a time with small buffers on either side, answers nothing, and knows frames apart. */
final class ThrottledPeer {
    static final int SMALL = 32 * 1024;
    private static final int PAUSE_MILLIS = 15;

    final int port;
    private final Vertx vertx;
    private final AtomicReference<WebSocket> client = new AtomicReference<>();
    private final List<Integer> opcodes = new ArrayList<>();
    private Buffer unread = Buffer.buffer();
    private long binary;

    ThrottledPeer(Vertx vertx) throws Exception {
        this.vertx = vertx;
        RawPeer handshake = RawPeer.silent();
        this.port = done(vertx.createNetServer(new NetServerOptions().setReceiveBufferSize(SMALL))
                .connectHandler(socket -> {
                    handshake.onData = bytes -> read(socket, bytes);
                    handshake.handle(socket);
                }).listen(0, "127.0.0.1")).actualPort();
    }

    /** On a line with as small a buffer on this side. */
    LiveSocket<Buffer> connect(AgentCoreConfig config) throws Exception {
        Context context = vertx.getOrCreateContext();
        Promise<LiveSocket<Buffer>> live = Promise.promise();
        context.runOnContext(v -> vertx.createWebSocketClient(new WebSocketClientOptions().setSendBufferSize(SMALL))
                .connect(port, "127.0.0.1", "/").map(wire -> {
                    client.set(wire);
                    return new LiveSocket<>(vertx, wire, WebSocket::binaryMessageHandler, config.ping(),
                            config.deadAfter(), config.deadAfter());
                }).onComplete(live));
        return done(live.future());
    }

    /** Messages one after another, as fast as the line takes them; completes when it has taken them all. */
    Future<Void> send(LiveSocket<Buffer> live, int messages) {
        Promise<Void> sent = Promise.promise();
        AtomicInteger left = new AtomicInteger(messages);
        live.onDrain(() -> pour(left, sent));
        live.onLoop(() -> pour(left, sent));
        return sent.future();
    }

    private void pour(AtomicInteger left, Promise<Void> sent) {
        while (left.get() > 0 && !client.get().writeQueueFull()) {
            Future<Void> written = client.get().writeBinaryMessage(Buffer.buffer(new byte[SMALL]));
            if (left.decrementAndGet() == 0) {
                written.onSuccess(sent::tryComplete).onFailure(sent::tryFail);
            } else {
                written.onFailure(sent::tryFail);
            }
        }
    }

    synchronized long binaryBytes() {
        return binary;
    }

    /** Pings that came before the last of the messages. */
    synchronized long pingsBetween() {
        return opcodes.subList(0, opcodes.lastIndexOf(2) + 1).stream().filter(each -> each == 9).count();
    }

    private void read(NetSocket socket, Buffer bytes) {
        take(bytes);
        socket.pause();
        vertx.setTimer(PAUSE_MILLIS, id -> socket.resume());
    }

    /** Frames of a client: two bytes, an extended length, a mask. */
    private synchronized void take(Buffer bytes) {
        unread.appendBuffer(bytes);
        int at = 0;
        while (unread.length() - at >= 8) {
            int shown = unread.getByte(at + 1) & 127;
            int head = 2 + 4 + (shown == 126 ? 2 : 0);
            int length = shown == 126 ? unread.getUnsignedShort(at + 2) : shown;
            if (unread.length() - at < head + length) {
                break;
            }
            int opcode = unread.getByte(at) & 15;
            opcodes.add(opcode);
            binary += opcode == 2 ? length : 0;
            at += head + length;
        }
        unread = unread.getBuffer(at, unread.length());
    }
}
