package dev.weir.feature.skill.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** What the keywords of JSON Schema (2020-12 and draft-07) hold. */
final class Keywords {
    /** They say something about a schema and refuse nothing. */
    static final Set<String> ANNOTATIONS = Set.of("title", "description", "$comment", "examples", "default",
            "deprecated", "readOnly", "writeOnly", "$id");
    private static final Set<String> SCHEMAS_BY_NAME = Set.of("properties", "patternProperties", "$defs",
            "definitions", "dependentSchemas");
    private static final Set<String> SCHEMAS = Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items", "not", "if",
            "then", "else", "contains", "additionalItems", "additionalProperties", "propertyNames",
            "unevaluatedItems", "unevaluatedProperties");

    private Keywords() {}

    /** {@code schema} without annotations, at any depth. */
    static JsonNode bare(JsonNode schema) {
        if (schema instanceof ArrayNode several) {
            ArrayNode bare = JsonNodeFactory.instance.arrayNode();
            several.forEach(each -> bare.add(bare(each)));
            return bare;
        }
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode bare = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> {
            if (!ANNOTATIONS.contains(entry.getKey())) {
                bare.set(entry.getKey(), bareValue(entry.getKey(), entry.getValue()));
            }
        });
        return bare;
    }

    static JsonNode bareValue(String keyword, JsonNode value) {
        if (SCHEMAS.contains(keyword)) {
            return bare(value);
        }
        if (SCHEMAS_BY_NAME.contains(keyword) && value instanceof ObjectNode byName) {
            ObjectNode bare = JsonNodeFactory.instance.objectNode();
            byName.properties().forEach(entry -> bare.set(entry.getKey(), bare(entry.getValue())));
            return bare;
        }
        return value;
    }
}
