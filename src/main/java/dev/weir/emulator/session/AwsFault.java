package dev.weir.emulator.session;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * An answer that says no, in AWS's terms. Its message is sent to the caller, so it never quotes what a container said. No stack trace: it
 * is an expected answer.
 */
public final class AwsFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String name;
    private final String field;
    private final String reason;

    private AwsFault(int status, String name, String message, String field, String reason) {
        super(message, null, false, false);
        this.status = status;
        this.name = name;
        this.field = field;
        this.reason = reason;
    }

    public static AwsFault of(int status, String name, String message) {
        return new AwsFault(status, name, message, "", "");
    }

    /** The input breaks a rule of the service model; {@code field} names the member. */
    public static AwsFault invalid(String field, String message) {
        return new AwsFault(400, "ValidationException", message, field, "FieldValidationFailed");
    }

    /** The input as a whole cannot be taken; {@code reason} is one of the model's, such as {@code CannotParse}. */
    public static AwsFault refused(String reason, String message) {
        return new AwsFault(400, "ValidationException", message, "", reason);
    }

    public static AwsFault notFound(String message) {
        return new AwsFault(404, "ResourceNotFoundException", message, "", "");
    }

    /** The session is being provisioned or torn down: the one error AWS models as retryable. */
    public static AwsFault retryableConflict() {
        return new AwsFault(409, "RetryableConflictException",
                "The session is being provisioned or torn down. Retry the request.", "", "");
    }

    /** The container failed: it did not start, did not answer, or went away. */
    public static AwsFault runtimeFailed(String message) {
        return new AwsFault(424, "RuntimeClientError", message, "", "");
    }

    public int status() {
        return status;
    }

    /** What {@code x-amzn-ErrorType} says. */
    public String name() {
        return name;
    }

    /** The modelled body: the message, and for a ValidationException why. */
    public JsonObject body() {
        JsonObject body = new JsonObject().put("message", getMessage());
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        if (!field.isEmpty()) {
            body.put("fieldList",
                    new JsonArray().add(new JsonObject().put("name", field).put("message", getMessage())));
        }
        return body;
    }
}
