package dev.weir.edge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON in and out. Reading is strict: UTF-8 only, no duplicate keys, nothing after the value, no NaN, bounded depth; what two parsers could
 * understand differently is refused here, so that nobody behind us has to guess.
 */
final class Json {
    /** Of arrays and objects in one another. */
    static final int MAX_DEPTH = 64;

    /** Numbers beyond this many digits before or after the point are no measurement but an attack on arithmetic. */
    private static final int MAX_EXPONENT = 400;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts JSON text as it is; absent becomes null. */
    static void putRaw(ObjectNode object, String field, Optional<String> text) {
        if (text.isPresent()) {
            object.putRawValue(field, new RawValue(text.get()));
        } else {
            object.putNull(field);
        }
    }

    static Buffer bytes(JsonNode value) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree in memory can be written", e);
        }
    }

    static String text(JsonNode value) {
        return bytes(value).toString(StandardCharsets.UTF_8);
    }

    /** The one value in {@code body}; fails with {@code Invalid}, and never says what was in it. */
    static JsonNode parse(Buffer body) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
            JsonNode value = MAPPER.readTree(text);
            if (value == null || value.isMissingNode()) {
                throw notJson("the body is empty, and JSON was expected");
            }
            check(value);
            return value;
        } catch (CharacterCodingException e) {
            throw notJson("the body is not UTF-8");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            // The parser's own message quotes the input.
            throw notJson(at == null
                    ? "the body is not JSON"
                    : "the body is not strict JSON (no duplicate keys, at most " + MAX_DEPTH + " levels): see line "
                            + at.getLineNr() + ", column " + at.getColumnNr());
        }
    }

    /** What parses and yet could not be passed on as it is. Depth is bounded by the parser. */
    private static void check(JsonNode value) {
        if (value.isTextual()) {
            requireUnicode(value.textValue());
        } else if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) > MAX_EXPONENT) {
            throw notJson("the body holds a number that is out of range");
        } else if (value.isObject()) {
            value.fieldNames().forEachRemaining(Json::requireUnicode);
        }
        value.forEach(Json::check);
    }

    private static void requireUnicode(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw notJson("the body holds half of a surrogate pair");
        }
    }

    private static ProblemException notJson(String why) {
        return new ProblemException(Problem.Invalid.of("", why));
    }
}
