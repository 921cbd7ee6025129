package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the template says a skill came to. The template keeps to the limits by itself, but the skill can reach into it: so nothing is believed.
 *
 * @param kind {@code result}, {@code printed} (its last line is the result), {@code handler_error} or {@code output_invalid}
 * @param value JSON text
 * @param message at most 2,000 characters
 * @param left whether the skill's own copy of its files could not be removed
 */
record Report(List<JsonNode> messages, String kind, Optional<String> value, String message, boolean left) {
    /** Of the file: beside what a skill yields and returns there is little, an error's message at most. */
    static final int MAX_BYTES = Course.MAX_OUTPUT + 64 * 1024;
    private static final int MAX_TEXT = 2_000;
    private static final JsonMapper JSON = mapper();

    /** Fails as {@code OUTPUT} if these are not the words of the template when it was given this nonce, or more than is allowed. */
    static Report read(Buffer bytes, String nonce) throws DispatchFailure {
        JsonNode json = tree(bytes);
        if (!json.path("nonce").asText().equals(nonce)) {
            throw noResult();
        }
        List<JsonNode> messages = new ArrayList<>();
        json.path("messages").forEach(messages::add);
        Optional<String> value = Optional.ofNullable(json.get("value")).map(JsonNode::toString);
        requireRoom(messages, value);
        return new Report(messages, json.path("kind").asText(), value, cut(json.path("message").asText()),
                json.path("left").asBoolean());
    }

    private static JsonNode tree(Buffer bytes) throws DispatchFailure {
        try {
            if (bytes.length() <= MAX_BYTES) {
                return JSON.readTree(bytes.getBytes());
            }
        } catch (IOException garbage) { // its message would quote
            throw noResult();
        }
        throw tooMuch();
    }

    static DispatchFailure noResult() {
        return new DispatchFailure(ErrorKind.OUTPUT, "the skill told no result");
    }

    static DispatchFailure tooMuch() {
        return new DispatchFailure(ErrorKind.OUTPUT,
                "what the skill returned is more than " + Course.MAX_OUTPUT + " bytes of JSON");
    }

    private static void requireRoom(List<JsonNode> messages, Optional<String> value) throws DispatchFailure {
        if (messages.size() > Course.MAX_MESSAGES) {
            throw new DispatchFailure(ErrorKind.OUTPUT,
                    "the skill yielded more than " + Course.MAX_MESSAGES + " values");
        }
        long room = Course.MAX_OUTPUT - value.map(Report::bytes).orElse(0L);
        for (JsonNode message : messages) {
            long bytes = bytes(message.toString());
            if (bytes > Course.MAX_MESSAGE) {
                throw new DispatchFailure(ErrorKind.OUTPUT,
                        "a yielded value is more than " + Course.MAX_MESSAGE + " bytes of JSON");
            }
            room -= bytes;
        }
        if (room < 0) {
            throw tooMuch();
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) > MAX_TEXT
                ? text.substring(0, text.offsetByCodePoints(0, MAX_TEXT))
                : text;
    }

    /** Without what the skill told. */
    @Override
    public String toString() {
        return "Report[" + kind + ", " + messages.size() + " messages]";
    }

    /** JSON text as a program prints it; empty if it is none, not of the JSON that all readers take, or too long. */
    static Optional<String> json(String line) {
        try {
            return Optional.of(JSON.readTree(line)).filter(json -> !json.isMissingNode()).map(JsonNode::toString)
                    .filter(text -> bytes(text) <= Course.MAX_OUTPUT);
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
