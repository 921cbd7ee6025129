package dev.weir.emulator.interpreter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.weir.emulator.session.AwsFault;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the members of a request's body by the rules of the service model; breaks throw a ValidationException that names the member. */
final class InterpreterInput {
    static final int MAX_TEXT = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(MAX_TEXT).maxNestingDepth(50).build())
            .build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private InterpreterInput() {}

    /** An empty body is an empty object, as SDKs leave out a body without members. */
    static JsonNode object(Buffer body) {
        if (body.length() == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode node = JSON.readTree(body.getBytes());
            if (node == null || !node.isObject()) {
                throw AwsFault.refused("CannotParse", "The body must be a JSON object.");
            }
            return node;
        } catch (IOException broken) {
            throw AwsFault.refused("CannotParse", "The body must be JSON with texts of at most " + MAX_TEXT
                    + " characters.");
        }
    }

    static Optional<String> text(JsonNode object, String name) {
        return member(object, name, JsonNodeType.STRING).map(node -> wellFormed(name, node.textValue()));
    }

    static String requiredText(JsonNode object, String name) {
        return text(object, name).orElseThrow(() -> AwsFault.invalid(name, name + " is required"));
    }

    static Optional<Integer> number(JsonNode object, String name, int least, int most) {
        Optional<JsonNode> number = member(object, name, JsonNodeType.NUMBER);
        if (number.isPresent() && (!number.get().canConvertToInt() || !number.get().isIntegralNumber()
                || number.get().intValue() < least || number.get().intValue() > most)) {
            throw AwsFault.invalid(name, name + " must be " + least + " to " + most);
        }
        return number.map(JsonNode::intValue);
    }

    static boolean flag(JsonNode object, String name) {
        return member(object, name, JsonNodeType.BOOLEAN).map(JsonNode::booleanValue).orElse(false);
    }

    /** The elements of a list that has to be there and hold at least one. */
    static List<JsonNode> elements(JsonNode object, String name) {
        List<JsonNode> elements = new ArrayList<>();
        member(object, name, JsonNodeType.ARRAY).ifPresent(list -> list.forEach(elements::add));
        if (elements.isEmpty()) {
            throw AwsFault.invalid(name, name + " is required and must not be empty");
        }
        return elements;
    }

    /** Half a surrogate pair is no text: it could be neither stored nor given back. */
    static String wellFormed(String name, String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                if (Character.isLowSurrogate(text.charAt(at)) || at + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    throw AwsFault.invalid(name, name + " must be well-formed Unicode");
                }
                at++;
            }
        }
        return text;
    }

    static Optional<JsonNode> member(JsonNode object, String name, JsonNodeType type) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (node.getNodeType() != type) {
            throw AwsFault.invalid(name, name + " must be of type " + type.name().toLowerCase(Locale.ROOT));
        }
        return Optional.of(node);
    }
}
