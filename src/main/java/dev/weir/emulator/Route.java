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
        INVOKE("POST", "runtimes", "invocations"), STOP("POST", "runtimes", "stopruntimesession"), SOCKET("GET",
                "runtimes", "ws"), SHELL("GET", "runtimes", "ws/shells"), COMMAND("POST", "runtimes",
                        "commands"), INTERPRETER_START("PUT", "code-interpreters",
                                "sessions/start"), INTERPRETER_INVOKE("POST", "code-interpreters",
                                        "tools/invoke"), INTERPRETER_FIND("GET", "code-interpreters",
                                                "sessions/get"), INTERPRETER_LIST("POST", "code-interpreters",
                                                        "sessions/list"), INTERPRETER_STOP("PUT", "code-interpreters",
                                                                "sessions/stop");

        private final String method;
        private final String root;
        private final String tail;

        Operation(String method, String root, String tail) {
            this.method = method;
            this.root = root;
            this.tail = tail;
        }
    }

    /** Throws an {@link AwsFault}: 404 for a path that means nothing, 405 for another method than the operation's. */
    static Route of(HttpMethod method, String rawPath) {
        String[] segments = rawPath.split("/", 4);
        if (segments.length == 4 && segments[0].isEmpty()) {
            for (Operation operation : Operation.values()) {
                if (operation.root.equals(segments[1]) && operation.tail.equals(segments[3])) {
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
