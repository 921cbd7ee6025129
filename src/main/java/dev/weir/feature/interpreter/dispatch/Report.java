package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the template says a skill came to.
 *
 * @param kind {@code result}, {@code printed} (its last line is the result), {@code handler_error} or {@code output_invalid}
 */
record Report(List<JsonNode> messages, String kind, Optional<JsonNode> value, String message) {
    private static final JsonMapper JSON = mapper();

    /** Empty if these are not the words of the template when it was given this nonce. */
    static Optional<Report> read(Buffer bytes, String nonce) {
        try {
            JsonNode json = JSON.readTree(bytes.getBytes());
            if (json == null || !json.path("nonce").asText().equals(nonce)) {
                return Optional.empty();
            }
            List<JsonNode> messages = new ArrayList<>();
            json.path("messages").forEach(messages::add);
            return Optional.of(new Report(messages, json.path("kind").asText(),
                    Optional.ofNullable(json.get("value")), json.path("message").asText()));
        } catch (IOException garbage) {
            return Optional.empty();
        }
    }

    /** JSON text as a program prints it; empty if it is none, or not of the JSON that all readers take. */
    static Optional<String> json(String line) {
        try {
            return Optional.of(JSON.readTree(line)).filter(json -> !json.isMissingNode()).map(JsonNode::toString);
        } catch (JsonProcessingException garbage) {
            return Optional.empty();
        }
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        mapper.getFactory().setStreamReadConstraints(StreamReadConstraints.builder()
                .maxNestingDepth(500).maxStringLength(64 * 1024 * 1024).build());
        return mapper;
    }
}
