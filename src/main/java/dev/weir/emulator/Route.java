package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import dev.weir.wire.sigv4.PercentCoding;
import io.vertx.core.http.HttpMethod;

/**
 * Which operation a path means.
 *
 * @param resource the decoded ARN or id that stands in the path
 */
record Route(Operation operation, String resource) {
    /** The data-plane operations that are served. */
    enum Operation {
        INVOKE("POST", "invocations"), STOP("POST", "stopruntimesession"), SOCKET("GET", "ws"), SHELL("GET",
                "ws/shells"), COMMAND("POST", "commands");

        private final String method;
        private final String tail;

        Operation(String method, String tail) {
            this.method = method;
            this.tail = tail;
        }
    }

    /** Throws an {@link AwsFault}: 404 for a path that means nothing, 405 for another method than the operation's. */
    static Route of(HttpMethod method, String rawPath) {
        String[] segments = rawPath.split("/", 4);
        if (segments.length == 4 && segments[0].isEmpty() && segments[1].equals("runtimes")) {
            for (Operation operation : Operation.values()) {
                if (operation.tail.equals(segments[3])) {
                    requireMethod(operation, method);
                    return new Route(operation, decode(segments[2]));
                }
            }
        }
        throw AwsFault.of(404, "UnknownOperationException", "The requested operation is not known.");
    }

    private static void requireMethod(Operation operation, HttpMethod method) {
        if (!operation.method.equals(method.name())) {
            throw AwsFault.of(405, "MethodNotAllowedException", "This path only takes " + operation.method + ".");
        }
    }

    private static String decode(String segment) {
        try {
            return PercentCoding.decode(segment);
        } catch (IllegalArgumentException broken) {
            throw AwsFault.invalid("agentRuntimeArn", broken.getMessage());
        }
    }
}
