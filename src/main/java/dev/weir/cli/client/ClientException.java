package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A command cannot do what it was asked; says why, for people and for programs. It has no stack trace: it is an answer. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final boolean passing;
    private final transient ObjectNode error;

    public ClientException(int exitCode, String message) {
        this(exitCode, message, false, JsonNodeFactory.instance.objectNode().put("detail", message));
    }

    private ClientException(int exitCode, String message, boolean passing, ObjectNode error) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.passing = passing;
        this.error = error;
    }

    /** What a gateway's problem document says (RFC 9457), with all its violations; anything but an object says nothing. */
    static ClientException of(int status, String server, JsonNode problem) {
        StringBuilder text = new StringBuilder(problem.path("detail").asText(server + " answered " + status));
        problem.path("errors").forEach(each -> text.append("\n  ").append(each.path("pointer").asText()).append(' ')
                .append(each.path("message").asText()));
        if (status == 401) {
            text.append("\nSet WEIR_KEY to an API key (the owner's is in the gateway's data directory, owner.key),"
                    + " or key: in a profile.");
        }
        ObjectNode error = problem instanceof ObjectNode object && object.hasNonNull("detail")
                ? object.deepCopy()
                : JsonNodeFactory.instance.objectNode().put("detail", text.toString());
        return new ClientException(ExitCode.ofStatus(status), text.toString(), status == 503,
                error.put("status", status));
    }

    /** Wrong usage. */
    public static ClientException usage(String message) {
        return new ClientException(ExitCode.USAGE, message);
    }

    /** Something answers, but not as a gateway does; asking again would not help. */
    public static ClientException noGateway(String server, String what) {
        return new ClientException(ExitCode.UNAVAILABLE, "what answers at " + server + " is no gateway: " + what);
    }

    /** Nothing answers; it may do so later. */
    static ClientException unreachable(String message) {
        return new ClientException(ExitCode.UNAVAILABLE, message, true,
                JsonNodeFactory.instance.objectNode().put("detail", message));
    }

    public int exitCode() {
        return exitCode;
    }

    /** The same for programs. */
    public ObjectNode error() {
        return error;
    }

    /** Whether the same request may succeed later. */
    boolean isPassing() {
        return passing;
    }
}
