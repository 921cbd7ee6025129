package dev.weir.edge.http;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/** Which web pages may open a WebSocket: browsers let every page try, and say only in {@code Origin} whose it is (RFC 6455 section 10.2). */
final class Origins {
    private Origins() {}

    /**
     * Fails with {@code Forbidden} if a page asks that is neither of this host nor in {@code allowed}; what is no browser sends no origin.
     *
     * @param allowed origins separated by spaces
     */
    static void check(HttpServerRequest request, String allowed) {
        List<String> given = request.headers().getAll("Origin");
        boolean good = given.isEmpty() || (given.size() == 1
                && (isOwn(given.getFirst(), request) || Arrays.asList(allowed.split(" +")).contains(given.getFirst())));
        if (!good) {
            throw new ProblemException(new Problem.Forbidden("pages of this origin may not use the agent"));
        }
    }

    private static boolean isOwn(String origin, HttpServerRequest request) {
        try {
            String host = request.getHeader("Host");
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }
}
