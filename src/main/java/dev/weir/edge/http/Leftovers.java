package dev.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * What is left of a request body when the answer is out. A little is read away so that the connection can serve again, and so that the
 * client sees the answer and not a reset; a client that goes on sending is cut off.
 */
final class Leftovers {
    /** Read away at most, in bytes. */
    static final int BYTES = 4 * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** For a client that was told the connection is over: long enough for the answer to arrive before the reset does. */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private Leftovers() {}

    /** Whether more is to come than will be read away, or nobody knows how much. */
    static boolean isTooMuch(HttpServerRequest request) {
        if (request.isEnded()) {
            return false;
        }
        if (request.headers().contains("Expect")) {
            // A client that was never told to continue may never send the body.
            return true;
        }
        String length = request.getHeader("Content-Length");
        return length == null
                ? request.getHeader("Transfer-Encoding") != null
                : length.length() > 9 || Long.parseLong(length) > BYTES;
    }

    /** Call when the response has ended. */
    static void discard(Vertx vertx, HttpServerRequest request, boolean thenClose) {
        if (request.isEnded()) {
            if (thenClose) {
                request.connection().close();
            }
            return;
        }
        long cut = vertx.setTimer((thenClose ? FAREWELL : PATIENCE).toMillis(), _ -> request.connection().close());
        long[] seen = {0};
        request.exceptionHandler(_ -> vertx.cancelTimer(cut));
        request.handler(chunk -> {
            seen[0] += chunk.length();
            if (seen[0] > BYTES) {
                request.pause();
                request.connection().close();
            }
        });
        request.endHandler(_ -> {
            vertx.cancelTimer(cut);
            if (thenClose) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
