package dev.weir.edge.stream;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a request must say before it is upgraded (RFC 6455 section 4.2.1). Vert.x would take drafts of 2010 to 2011 too, any key, and a
 * client that speaks none of our subprotocols.
 */
final class SocketHandshake {
    private static final int KEY_BYTES = 16;

    private SocketHandshake() {}

    /** Throws {@code Invalid}, naming the header, if {@code request} is not an upgrade that we can answer and for {@code subprotocol}, or none. */
    static void check(HttpServerRequest request, String subprotocol) {
        check(request);
        demand(!request.headers().contains("Sec-WebSocket-Protocol")
                || lists(request, "Sec-WebSocket-Protocol", subprotocol), "the subprotocol is " + subprotocol);
    }

    /** The same where subprotocols do not matter. */
    static void check(HttpServerRequest request) {
        demand(request.method().equals(HttpMethod.GET) && request.version() == HttpVersion.HTTP_1_1,
                "a WebSocket starts with GET and HTTP/1.1");
        demand(lists(request, "Upgrade", "websocket") && lists(request, "Connection", "upgrade"),
                "this is a WebSocket endpoint: Upgrade: websocket and Connection: Upgrade are needed");
        demand(List.of("13").equals(request.headers().getAll("Sec-WebSocket-Version")),
                "Sec-WebSocket-Version must be 13");
        demand(isKey(request.headers().getAll("Sec-WebSocket-Key")), "Sec-WebSocket-Key must be 16 bytes in base64");
    }

    private static boolean lists(HttpServerRequest request, String header, String token) {
        return request.headers()
                .getAll(header)
                .stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .anyMatch(item -> item.strip().equalsIgnoreCase(token));
    }

    private static boolean isKey(List<String> keys) {
        try {
            return keys.size() == 1 && Base64.getDecoder().decode(keys.getFirst().strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            // Not base64: not a key.
            return false;
        }
    }

    private static void demand(boolean held, String otherwise) {
        if (!held) {
            throw new ProblemException(Problem.Invalid.of("", otherwise));
        }
    }
}
