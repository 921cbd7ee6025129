package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.weir.kernel.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of a dispatch.
 *
 * @param result JSON text; {@code null} is a result, none is empty. Present exactly when there is no failure
 * @param took from the order to the end, waiting for a session included
 */
public record DispatchResult(Optional<String> result, Optional<Failure> failure, Output stdout, Output stderr,
        Duration took, String templateSha256, String argsSha256) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Why it failed.
     *
     * @param message fit for the caller
     * @param problem what the service or the pool said, where it was that
     */
    public record Failure(ErrorKind kind, String message, Optional<Problem> problem) {
        /** Without the message, in which a skill's values may be. */
        @Override
        public String toString() {
            return "Failure[" + kind + "]";
        }
    }

    /**
     * What was written to a stream.
     *
     * @param text its first part, with a line that says so where it was cut
     * @param bytes of all that was written
     */
    public record Output(String text, long bytes) {
        @Override
        public String toString() {
            return "Output[" + bytes + " bytes]";
        }
    }

    public String status() {
        return failure.isPresent() ? "failed" : "ok";
    }

    /** A JSON object; what is absent is left out. */
    public String json() {
        ObjectNode json = JSON.createObjectNode().put("status", status());
        result.ifPresent(text -> json.putRawValue("result", new RawValue(text)));
        failure.ifPresent(why -> json.put("error_kind", why.kind().label()).put("error_message", why.message()));
        put(json, "stdout", stdout);
        put(json, "stderr", stderr);
        json.put("duration_ms", took.toMillis()).put("template_sha256", templateSha256);
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible.getOriginalMessage());
        }
    }

    private static void put(ObjectNode json, String stream, Output output) {
        if (output.bytes() > 0) {
            json.put(stream, output.text()).put(stream + "_bytes", output.bytes());
        }
    }

    /** Without the result. */
    @Override
    public String toString() {
        return "DispatchResult[" + status() + failure.map(why -> " " + why.kind()).orElse("") + "]";
    }
}
