package dev.weir.feature.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What Claude's Messages API asks of the properties at the top of a tool's {@code input_schema}: one key that it refuses spoils the whole
 * request, with every other tool in it.
 */
final class ToolProperties {
    /** As the API's error message states it: "Property keys should match pattern". */
    static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    private static final ObjectMapper JSON = new ObjectMapper();

    private ToolProperties() {}

    /** The keys that it refuses; empty if the schema may be a tool's. */
    static List<String> refused(String schema) {
        try {
            return JSON.readTree(schema).path("properties").propertyStream().map(property -> property.getKey())
                    .filter(key -> !KEY.matcher(key).matches()).toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schemas of manifests are JSON", e);
        }
    }

    /** The warning that goes with them. */
    static List<Finding> findings(String schema) {
        int refused = refused(schema).size();
        return refused == 0
                ? List.of()
                : List.of(new Finding("tool.property-name", "warning", Manifest.FILE, 0,
                        "the skill will not be offered as a tool: Claude takes properties called " + KEY.pattern()
                                + " at the top of input_schema, and " + refused + " are not"));
    }
}
