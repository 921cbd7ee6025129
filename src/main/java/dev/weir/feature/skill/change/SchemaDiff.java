package dev.weir.feature.skill.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How an input schema differs from the one before it (feature S0-15). Judges objects, arrays and scalars keyword by keyword; where it
 * cannot tell whether old inputs stay legal ({@code $ref}, {@code allOf}, {@code not} and unknown keywords), a difference counts as major
 * and the reason says so. A property that is gone counts as major even where its values would still be let through: the skill that read
 * it does not any more.
 */
public final class SchemaDiff {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> JUDGED = Set.of("properties", "required", "additionalProperties", "items");
    private static final int MAX_DEPTH = 100;

    private final Reasons reasons = new Reasons();

    private SchemaDiff() {}

    /**
     * The change from one schema to the next; absent means that any object is legal.
     *
     * @throws IllegalArgumentException if one is not JSON; both are expected to have been compiled before
     */
    public static SchemaChange between(Optional<String> before, Optional<String> after) {
        JsonNode older = root(before);
        JsonNode newer = root(after);
        SchemaDiff diff = new SchemaDiff();
        diff.compare("", older, newer, 0);
        if (diff.reasons.isEmpty() && !older.equals(newer)) {
            diff.add(ChangeLevel.PATCH, "", "only descriptions, defaults or examples changed");
        }
        return new SchemaChange(diff.reasons.kept());
    }

    /** Inputs are objects whether a schema says so or not, so saying so changes nothing. */
    private static JsonNode root(Optional<String> text) {
        try {
            JsonNode schema = JSON.readTree(text.orElse("{}"));
            if (schema instanceof ObjectNode object && !object.has("type")) {
                object.put("type", "object");
            }
            return schema;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a schema is not JSON", e);
        }
    }

    private void compare(String at, JsonNode before, JsonNode after, int depth) {
        JsonNode older = normal(before);
        JsonNode newer = normal(after);
        if (Keywords.bare(older).equals(Keywords.bare(newer))) {
            return;
        }
        if (older.isBoolean()) {
            add(ChangeLevel.MINOR, at, "something is allowed that was not");
        } else if (newer.isBoolean()) {
            add(ChangeLevel.MAJOR, at, "nothing is allowed any more");
        } else if (depth > MAX_DEPTH || !older.isObject() || !newer.isObject()) {
            unjudged(at, "this part");
        } else {
            Constraints.compare(at, older, newer, reasons);
            required(at, older, newer);
            properties(at, older, newer, depth);
            inside(at, "additionalProperties", older, newer, depth);
            inside(at, "items", older, newer, depth);
            others(at, older, newer);
        }
    }

    /** {@code true} is the empty schema; only {@code false} stays a boolean. */
    private static JsonNode normal(JsonNode schema) {
        return schema.isMissingNode() || (schema.isBoolean() && schema.booleanValue())
                ? JsonNodeFactory.instance.objectNode()
                : schema;
    }

    private void required(String at, JsonNode older, JsonNode newer) {
        Set<String> was = strings(older.path("required"));
        Set<String> is = strings(newer.path("required"));
        is.stream().filter(name -> !was.contains(name))
                .forEach(name -> add(ChangeLevel.MAJOR, at + "/required", "a property is required that was not: "
                        + shown(name)));
        was.stream().filter(name -> !is.contains(name))
                .forEach(name -> add(ChangeLevel.MINOR, at + "/required", "a property is not required any more: "
                        + shown(name)));
    }

    private void properties(String at, JsonNode older, JsonNode newer, int depth) {
        JsonNode was = older.path("properties");
        JsonNode is = newer.path("properties");
        Set<String> names = new LinkedHashSet<>();
        was.fieldNames().forEachRemaining(names::add);
        is.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String place = at + "/properties/" + escaped(shown(name));
            if (!is.has(name)) {
                boolean closed = newer.path("additionalProperties").isBoolean()
                        && !newer.path("additionalProperties").booleanValue();
                add(ChangeLevel.MAJOR, place, closed
                        ? "the property is gone, and others are not allowed"
                        : "the property is gone");
            } else if (!was.has(name)) {
                add(ChangeLevel.MINOR, place, "the property is new");
                if (older.path("additionalProperties").isObject()) {
                    compare(place, older.path("additionalProperties"), is.get(name), depth + 1);
                }
            } else {
                compare(place, was.get(name), is.get(name), depth + 1);
            }
        }
    }

    private void inside(String at, String keyword, JsonNode older, JsonNode newer, int depth) {
        JsonNode was = older.path(keyword);
        JsonNode is = newer.path(keyword);
        if (was.isArray() || is.isArray()) {
            if (!Keywords.bareValue(keyword, was).equals(Keywords.bareValue(keyword, is))) {
                unjudged(at + "/" + keyword, "a list of schemas");
            }
        } else {
            compare(at + "/" + keyword, was, is, depth + 1);
        }
    }

    private void others(String at, JsonNode older, JsonNode newer) {
        Set<String> keywords = new LinkedHashSet<>();
        older.fieldNames().forEachRemaining(keywords::add);
        newer.fieldNames().forEachRemaining(keywords::add);
        for (String keyword : keywords) {
            if (!JUDGED.contains(keyword) && !Constraints.KEYWORDS.contains(keyword)
                    && !Keywords.ANNOTATIONS.contains(keyword)
                    && !bare(keyword, older).equals(bare(keyword, newer))) {
                unjudged(at + "/" + escaped(shown(keyword)), "'" + shown(keyword) + "'");
            }
        }
    }

    private static JsonNode bare(String keyword, JsonNode schema) {
        JsonNode value = schema.path(keyword);
        return value instanceof MissingNode ? value : Keywords.bareValue(keyword, value);
    }

    private void unjudged(String at, String what) {
        add(ChangeLevel.MAJOR, at, what + " changed in a way that cannot be judged, which counts as major");
    }

    private void add(ChangeLevel level, String at, String message) {
        reasons.add(level, at, message);
    }

    private static Set<String> strings(JsonNode list) {
        Set<String> strings = new LinkedHashSet<>();
        list.forEach(each -> strings.add(each.asText()));
        return strings;
    }

    private static String shown(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "...";
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
