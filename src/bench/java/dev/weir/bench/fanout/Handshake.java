package dev.weir.bench.fanout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** The requests of subscribers, and what has to be answered. */
final class Handshake {
    private static final String KEY = "d2VpciBmYW4tb3V0IDEyMw==";

    private Handshake() {}

    static ByteBuffer request(Load load) {
        Load.Target target = load.target();
        boolean socket = load.events().protocol() == Load.Protocol.WEBSOCKET;
        return ascii("GET " + target.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + target.port() + "\r\n"
                + (socket
                        ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                + KEY + "\r\n"
                        : "Accept: text/event-stream\r\n")
                + (target.header().isEmpty() ? "" : target.header() + "\r\n") + "\r\n");
    }

    /** Whether this head grants what was asked for. */
    static boolean granted(String head, Load.Protocol protocol) {
        return switch (protocol) {
            case SSE -> head.startsWith("HTTP/1.1 200")
                    && header(head, "content-type").filter(type -> type.startsWith("text/event-stream")).isPresent();
            case WEBSOCKET -> head.startsWith("HTTP/1.1 101")
                    && header(head, "sec-websocket-accept").filter(accept(KEY)::equals).isPresent();
        };
    }

    static boolean chunked(String head) {
        return header(head, "transfer-encoding").filter(coding -> coding.endsWith("chunked")).isPresent();
    }

    /** A header's value. */
    static Optional<String> header(String head, String name) {
        return head.lines().skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip()).findFirst();
    }

    static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest(Payload.ascii(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the body begins; -1 while the head is not complete. */
    static int body(byte[] b, int end) {
        for (int p = 3; p < end; p++) {
            if (b[p] == '\n' && b[p - 1] == '\r' && b[p - 2] == '\n') {
                return p + 1;
            }
        }
        return -1;
    }

    static String text(byte[] b, int from, int to) {
        return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** A port of 127.0.0.1, whatever the name localhost stands for. */
    static InetSocketAddress local(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port);
    }

    static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(Payload.ascii(text));
    }
}
