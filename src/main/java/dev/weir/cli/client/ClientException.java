package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A command cannot do what it was asked; says why, for people and for programs. It has no stack trace: it is an answer. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient ObjectNode error;

    public ClientException(int exitCode, String message) {
        this(exitCode, message, JsonNodeFactory.instance.objectNode().put("detail", message));
    }

    private ClientException(int exitCode, String message, ObjectNode error) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.error = error;
    }

    /** What a gateway's problem document says (RFC 9457), with all its violations. */
    public static ClientException of(int status, JsonNode problem) {
        StringBuilder text = new StringBuilder(problem.path("detail").asText("the gateway answered " + status));
        problem.path("errors").forEach(each -> text.append("\n  ").append(each.path("pointer").asText()).append(' ')
                .append(each.path("message").asText()));
        if (status == 401) {
            text.append("\nSet WEIR_KEY to an API key (the owner's is in the gateway's data directory, owner.key),"
                    + " or key: in a profile.");
        }
        ObjectNode error = problem.isObject()
                ? ((ObjectNode) problem).deepCopy()
                : JsonNodeFactory.instance.objectNode().put("detail", text.toString());
        return new ClientException(ExitStatus.of(status), text.toString(), error.put("status", status));
    }

    /** Wrong usage. */
    public static ClientException usage(String message) {
        return new ClientException(ExitStatus.USAGE, message);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The same for programs. */
    public ObjectNode error() {
        return error;
    }
}
