package dev.weir.edge.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What a client may say on a run's WebSocket. */
final class ClientMessage {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ClientMessage() {}

    /** Whether {@code text} is {@code {"type":"cancel"}} and nothing more. */
    static boolean isCancel(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            return message.isObject() && message.size() == 1 && message.path("type").isTextual()
                    && "cancel".equals(message.path("type").textValue());
        } catch (JsonProcessingException e) {
            // Not JSON is just another message that is not the one; the client is told which.
            return false;
        }
    }
}
