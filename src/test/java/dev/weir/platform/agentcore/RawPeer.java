package dev.weir.platform.agentcore;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server side of a WebSocket by hand: shakes hands, then says what the test wants, and nothing else. */
final class RawPeer implements Handler<NetSocket> {
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");

    /** Bytes that came after the handshake. */
    final AtomicLong received = new AtomicLong();
    volatile NetSocket socket;
    volatile boolean closed;
    /** What it says to the first that comes after the handshake. */
    volatile byte[] reply = {};
    volatile Handler<Buffer> onData = bytes -> {};

    private final byte[] afterHandshake;
    private final boolean reading;

    RawPeer(byte[] afterHandshake, boolean reading) {
        this.afterHandshake = afterHandshake;
        this.reading = reading;
    }

    /** Reads all and says nothing. */
    static RawPeer silent() {
        return new RawPeer(new byte[0], true);
    }

    static byte[] closeFrame(int code) {
        return new byte[]{(byte) 0x88, 2, (byte) (code >> 8), (byte) code};
    }

    static byte[] textFrame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer().appendByte((byte) 0x81).appendByte((byte) payload.length).appendBytes(payload)
                .getBytes();
    }

    @Override
    public void handle(NetSocket accepted) {
        socket = accepted;
        accepted.closeHandler(v -> closed = true);
        Buffer head = Buffer.buffer();
        accepted.handler(bytes -> {
            head.appendBuffer(bytes);
            if (head.toString().endsWith("\r\n\r\n")) {
                answer(accepted, head.toString());
            }
        });
    }

    private void answer(NetSocket accepted, String head) {
        Matcher key = KEY.matcher(head);
        if (!key.find()) {
            throw new IllegalStateException("no key");
        }
        accepted.handler(bytes -> {
            received.addAndGet(bytes.length());
            accepted.write(Buffer.buffer(reply));
            reply = new byte[0];
            onData.handle(bytes);
        });
        if (!reading) {
            accepted.pause();
        }
        accepted.write(Buffer.buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n").appendBytes(afterHandshake));
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
