package dev.weir.bench.fanout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Broadcasts to one subscriber, and does one thing wrong at the seventh message. */
final class MisbehavingServer implements AutoCloseable {
    private static final int AT = 7;

    /** What it does wrong. */
    enum Fault {
        NONE, GAP, REPEAT, SWAP, SHORT, LONG, CHANGED, CLOSE, SILENCE
    }

    private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Load.Protocol protocol;
    private final Fault fault;
    private final CompletableFuture<Socket> subscriber = new CompletableFuture<>();
    private final CompletableFuture<Integer> answered = new CompletableFuture<>();
    private int count;
    private String held = "";

    MisbehavingServer(Load.Protocol protocol, Fault fault) throws IOException {
        this.protocol = protocol;
        this.fault = fault;
        for (int i = 0; i < 2; i++) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    serve(socket);
                } catch (IOException gone) {
                    answered.completeExceptionally(gone);
                }
            });
        }
    }

    Load.Target target() {
        return new Load.Target(listening.getLocalPort(), "/events?x=1", "X-Test: 1", Load.Way.LINES,
                listening.getLocalPort(), "/");
    }

    /** The first byte that the subscriber sends after its request. */
    CompletableFuture<Integer> answered() {
        return answered;
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        String head = head(socket.getInputStream());
        if (head.startsWith("POST ")) {
            lines(socket.getInputStream());
            return;
        }
        OutputStream out = socket.getOutputStream();
        if (protocol == Load.Protocol.SSE) {
            out.write(
                    ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"));
            chunks(out, "retry: 1000\n\nid: 1-1\nevent: run.started\ndata: {}\n\n: still here\n\n");
        } else {
            out.write(ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                    + Handshake.accept(Handshake.header(head, "sec-websocket-key").orElseThrow()) + "\r\n\r\n"));
            out.write(new byte[]{(byte) 0x89, 2, 'h', 'i'});
        }
        subscriber.complete(socket);
        answered.complete(socket.getInputStream().read());
        while (socket.getInputStream().read() >= 0) {
            // Whatever it says else is not looked at.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("closed");
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private void lines(InputStream in) throws IOException {
        Chunks chunks = new Chunks();
        byte[] some = new byte[4096];
        byte[] decoded = new byte[4096];
        StringBuilder line = new StringBuilder();
        for (int length = in.read(some); length >= 0 && !chunks.over(); length = in.read(some)) {
            int end = chunks.decode(ByteBuffer.wrap(some, 0, length), decoded, 0);
            for (int i = 0; i < end; i++) {
                if (decoded[i] == '\n') {
                    message(line.toString());
                    line.setLength(0);
                } else {
                    line.append((char) decoded[i]);
                }
            }
        }
    }

    private void message(String line) throws IOException {
        count++;
        if (count < AT || fault == Fault.NONE) {
            send(line);
            return;
        }
        if (count > AT) {
            if (fault != Fault.SILENCE && fault != Fault.CLOSE) {
                send(line);
            }
            if (!held.isEmpty()) {
                send(held);
                held = "";
            }
            return;
        }
        switch (fault) {
            case REPEAT -> {
                send(line);
                send(line);
            }
            case SWAP -> held = line;
            case SHORT -> send(line.replace("abc", ""));
            case LONG -> send(line.replace("abc", "abcabc"));
            case CHANGED -> send(line.replace("xyz", "xyy"));
            case CLOSE -> subscriber.join().close();
            case GAP, SILENCE, NONE -> {
            }
        }
    }

    private void send(String line) throws IOException {
        OutputStream out = subscriber.join().getOutputStream();
        if (protocol == Load.Protocol.SSE) {
            chunks(out, "id: 1-" + count + "\nevent: run.message\ndata: {\"message\":" + line + "}\n\n");
            return;
        }
        byte[] text = ascii(
                "{\"id\":\"1-" + count + "\",\"event\":\"run.message\",\"data\":{\"message\":" + line + "}}");
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x81);
        frame.write(126);
        frame.write(text.length >> 8);
        frame.write(text.length);
        frame.write(text);
        out.write(frame.toByteArray());
    }

    /** In two chunks, cut somewhere else each time. */
    private void chunks(OutputStream out, String text) throws IOException {
        int cut = 1 + count * 13 % (text.length() - 1);
        for (String part : List.of(text.substring(0, cut), text.substring(cut))) {
            out.write(ascii(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n"));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
