package dev.weir.runner;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** What the bootstrap reports over its own socket. */
sealed interface ControlFrame {
    /** The first frame: proves that the process we started is at the other end. */
    record Hello(String token) implements ControlFrame {
        @Override
        public String toString() {
            return "Hello";
        }
    }

    record Yielded(JsonNode value) implements ControlFrame {}

    record Returned(JsonNode output) implements ControlFrame {}

    /** {@code kind} is {@code handler_error} or {@code output_invalid}. */
    record Raised(String kind, String message) implements ControlFrame {}

    /** Fails with {@link IllegalArgumentException} on anything the bootstrap does not send. */
    static ControlFrame parse(byte[] frame) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(frame);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON");
        }
        return switch (json.path("kind").asText()) {
            case "hello" -> new Hello(text(json, "token"));
            case "message" -> new Yielded(present(json, "value"));
            case "result" -> new Returned(present(json, "value"));
            case "error" -> new Raised(errorKind(text(json, "error")), text(json, "message"));
            default -> throw new IllegalArgumentException("unknown kind");
        };
    }

    private static String errorKind(String kind) {
        if (!kind.equals("handler_error") && !kind.equals("output_invalid")) {
            throw new IllegalArgumentException("unknown error kind");
        }
        return kind;
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = present(json, field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("not a text");
        }
        return value.textValue();
    }

    private static JsonNode present(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            throw new IllegalArgumentException("a field is missing");
        }
        return value;
    }

    /** Numbers as they were written, not as the nearest double. */
    final class Json {
        static final ObjectMapper MAPPER = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();

        static {
            MAPPER.getFactory().setStreamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE) // the frame is bounded
                    .maxNestingDepth(450)
                    .build());
        }

        private Json() {}
    }
}
