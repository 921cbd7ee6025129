package dev.weir.feature.skill;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * YAML as far as it says the same as JSON: one document, one mapping, no tags, no aliases (so nothing can multiply), no key twice. Built
 * token by token, because the usual mapping to trees takes the last of several equal keys and an alias for a text.
 */
final class ManifestYaml {
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_DEPTH = 40;
    private static final YAMLFactory YAML = new YAMLFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, Integer> lines = new HashMap<>();
    private ObjectNode root = NODES.objectNode();
    private List<Finding> findings = List.of();

    private ManifestYaml() {}

    static ManifestYaml parse(byte[] file) {
        ManifestYaml yaml = new ManifestYaml();
        try {
            if (file.length > MAX_BYTES) {
                throw new Illegal("ManifestTooLarge", 0, "the file is larger than " + MAX_BYTES + " bytes");
            }
            yaml.read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString());
        } catch (Illegal e) {
            yaml.refuse(e.rule, e.line, e.getMessage());
        } catch (CharacterCodingException e) {
            yaml.refuse("ManifestMalformed", 0, "the file is not UTF-8");
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            yaml.refuse("ManifestMalformed", line, "this is not YAML");
        } catch (IOException | RuntimeException e) {
            // The parser is not ours and the file a stranger's: whatever it stumbles over is a fault of the file.
            yaml.refuse("ManifestMalformed", 0, "this is not YAML");
        }
        return yaml;
    }

    /** The mapping; empty if there are findings. */
    ObjectNode root() {
        return root;
    }

    List<Finding> findings() {
        return findings;
    }

    /** Where a field of the root stands, 1-based; 0 if it is absent. */
    int line(String field) {
        return lines.getOrDefault(field, 0);
    }

    private void read(String text) throws IOException {
        try (YAMLParser parser = YAML.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Illegal("ManifestMalformed", 1, "the file must be a mapping of fields");
            }
            ObjectNode read = object(parser, 1);
            if (parser.nextToken() != null) {
                throw new Illegal("ManifestMalformed", line(parser), "the file must be one document");
            }
            root = read;
        }
    }

    private JsonNode value(YAMLParser parser, int depth) throws IOException {
        if (parser.isCurrentAlias() || parser.getTypeId() != null) {
            throw new Illegal("ManifestAlias", line(parser), "aliases and tags are not allowed");
        }
        if (depth > MAX_DEPTH) {
            throw new Illegal("ManifestTooDeep", line(parser), "values are nested deeper than " + MAX_DEPTH);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> real(parser);
            default -> throw new Illegal("ManifestMalformed", line(parser), "a value has no meaning in JSON");
        };
    }

    private static JsonNode real(YAMLParser parser) throws IOException {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw new Illegal("ManifestMalformed", line(parser), "a number has no meaning in JSON");
        }
        return NODES.numberNode(value);
    }

    private ObjectNode object(YAMLParser parser, int depth) throws IOException {
        ObjectNode object = NODES.objectNode();
        if (parser.getTypeId() != null) {
            throw new Illegal("ManifestAlias", line(parser), "aliases and tags are not allowed");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (depth == 1) {
                lines.putIfAbsent(name, line(parser));
            }
            if (object.has(name)) {
                throw new Illegal("ManifestDuplicateKey", line(parser), "the mapping has this key already");
            }
            parser.nextToken();
            object.set(name, value(parser, depth + 1));
        }
        return object;
    }

    private ArrayNode array(YAMLParser parser, int depth) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, depth + 1));
        }
        return array;
    }

    private static int line(JsonParser parser) {
        return Math.max(0, parser.currentTokenLocation().getLineNr());
    }

    private void refuse(String rule, int line, String message) {
        findings = List.of(new Finding(rule, "error", Manifest.FILE, line, message));
    }

    /** Ends the reading with a finding. */
    private static final class Illegal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String rule;
        private final int line;

        Illegal(String rule, int line, String message) {
            super(message, null, false, false);
            this.rule = rule;
            this.line = line;
        }
    }
}
