package dev.weir.edge.stream;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client that says exactly what it is told to, byte by byte. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;

    private final Socket socket;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBuffer in bytes; 0 = the system's */
    RawClient(int port, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** A client's frame: masked, with the opcode and flags of {@code first}. */
    RawClient frame(int first, byte[] payload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        out.write(mask);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ mask[i & 3]);
        }
        return send(out.toByteArray());
    }

    /** Opens a WebSocket at {@code path}; the answer's head. */
    String upgrade(String path, String... headers) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + String.join("", Arrays.stream(headers).map(h -> h + "\r\n").toList()) + "\r\n");
        return readUntil("\r\n\r\n");
    }

    /** The next frame, with its first byte in {@code first}. */
    Frame readFrame() throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first < 0) {
            throw new EOFException("closed without a frame");
        }
        int length = in.read();
        if (length == 126) {
            length = (in.read() << 8) | in.read();
        } else if (length == 127) {
            length = Math.toIntExact(new DataInputStream(in).readLong());
        }
        return new Frame(first, Buffer.buffer(in.readNBytes(length)));
    }

    record Frame(int first, Buffer payload) {
        String text() {
            return payload.toString();
        }

        /** The close code; fails if this is no close frame. */
        int closeCode() {
            if (first != 0x88) {
                throw new AssertionError("not a close frame: " + Integer.toHexString(first) + " " + text());
            }
            return payload.length() < 2 ? 1005 : payload.getUnsignedShort(0);
        }
    }

    String readUntil(String end) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int c;
        while (!out.toString(StandardCharsets.UTF_8).endsWith(end) && (c = socket.getInputStream().read()) >= 0) {
            out.write(c);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** All that comes until the server closes; a reset counts as the end. */
    String readAll() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(out);
        } catch (SocketException e) {
            out.write(new byte[0]);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] read(int count) throws IOException {
        return socket.getInputStream().readNBytes(count);
    }

    /** Whether the server has closed: waits for it. */
    boolean isClosed() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
