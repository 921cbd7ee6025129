package dev.weir.feature.skill.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keywords that bound one value, each of which either got tighter, got looser or says the same. */
final class Constraints {
    private static final Set<String> LOWER = Set.of("minimum", "exclusiveMinimum", "minLength", "minItems",
            "minProperties");
    private static final Set<String> UPPER = Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems",
            "maxProperties");
    private static final Set<String> EXACT = Set.of("pattern", "format");
    private static final Set<String> FROM_ZERO = Set.of("minLength", "minItems", "minProperties");
    static final Set<String> KEYWORDS = Stream.of(LOWER, UPPER, EXACT,
            Set.of("type", "enum", "const", "multipleOf", "uniqueItems"))
            .flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    private static final Set<String> TYPES = Set.of("object", "array", "string", "number", "integer", "boolean",
            "null");

    private final String at;
    private final JsonNode older;
    private final JsonNode newer;
    private final Reasons reasons;

    private Constraints(String at, JsonNode older, JsonNode newer, Reasons reasons) {
        this.at = at;
        this.older = older;
        this.newer = newer;
        this.reasons = reasons;
    }

    static void compare(String at, JsonNode older, JsonNode newer, Reasons reasons) {
        Constraints constraints = new Constraints(at, older, newer, reasons);
        constraints.sets("type", types(older), types(newer));
        constraints.values();
        LOWER.stream().sorted().forEach(keyword -> constraints.bound(keyword, 1));
        UPPER.stream().sorted().forEach(keyword -> constraints.bound(keyword, -1));
        EXACT.stream().sorted().forEach(constraints::exact);
        constraints.multiple();
        constraints.unique();
    }

    private static Set<String> types(JsonNode schema) {
        Set<String> types = new HashSet<>();
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            types.addAll(TYPES);
        } else if (type.isArray()) {
            type.forEach(each -> types.add(each.asText()));
        } else {
            types.add(type.asText());
        }
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private <T> void sets(String keyword, Set<T> was, Set<T> is) {
        if (!is.containsAll(was)) {
            tighter(keyword);
        } else if (!was.equals(is)) {
            looser(keyword);
        }
    }

    /** {@code const} is an {@code enum} of one. */
    private void values() {
        boolean had = older.has("enum") || older.has("const");
        boolean has = newer.has("enum") || newer.has("const");
        String keyword = (has ? newer : older).has("const") ? "const" : "enum";
        if (had && has) {
            sets(keyword, allowed(older), allowed(newer));
        } else if (has) {
            tighter(keyword);
        } else if (had) {
            looser(keyword);
        }
    }

    private static Set<JsonNode> allowed(JsonNode schema) {
        Set<JsonNode> values = new HashSet<>();
        schema.path("enum").forEach(values::add);
        if (schema.has("const")) {
            JsonNode only = schema.get("const");
            boolean possible = !schema.has("enum") || values.contains(only);
            return possible ? Set.of(only) : Set.of();
        }
        return values;
    }

    private void bound(String keyword, int tighterWhenHigher) {
        JsonNode was = bound(older, keyword);
        JsonNode is = bound(newer, keyword);
        if (isFinite(was) && isFinite(is)) {
            int direction = is.decimalValue().compareTo(was.decimalValue()) * tighterWhenHigher;
            if (direction > 0) {
                tighter(keyword);
            } else if (direction < 0) {
                looser(keyword);
            }
        } else {
            presence(keyword, was, is);
        }
    }

    /** A lower bound of nothing bounds nothing. */
    private static JsonNode bound(JsonNode schema, String keyword) {
        JsonNode value = schema.path(keyword);
        return FROM_ZERO.contains(keyword) && isFinite(value) && value.decimalValue().signum() == 0
                ? MissingNode.getInstance()
                : value;
    }

    /** A number too large for a double is read as infinite, and no decimal is that. */
    private static boolean isFinite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue());
    }

    private void exact(String keyword) {
        presence(keyword, older.path(keyword), newer.path(keyword));
    }

    private void multiple() {
        JsonNode was = older.path("multipleOf");
        JsonNode is = newer.path("multipleOf");
        if (isFinite(was) && isFinite(is) && is.decimalValue().signum() > 0
                && was.decimalValue().remainder(is.decimalValue()).signum() == 0) {
            if (was.decimalValue().compareTo(is.decimalValue()) != 0) {
                looser("multipleOf");
            }
        } else {
            presence("multipleOf", was, is);
        }
    }

    private void unique() {
        boolean was = older.path("uniqueItems").asBoolean(false);
        boolean is = newer.path("uniqueItems").asBoolean(false);
        if (was != is) {
            if (is) {
                tighter("uniqueItems");
            } else {
                looser("uniqueItems");
            }
        }
    }

    private void presence(String keyword, JsonNode was, JsonNode is) {
        if (was.equals(is) || (was.isMissingNode() && is.isMissingNode())) {
            return;
        }
        if (is.isMissingNode()) {
            looser(keyword);
        } else {
            tighter(keyword);
        }
    }

    private void tighter(String keyword) {
        reasons.add(ChangeLevel.MAJOR, at + "/" + keyword, "'" + keyword + "' is tighter than it was");
    }

    private void looser(String keyword) {
        reasons.add(ChangeLevel.MINOR, at + "/" + keyword, "'" + keyword + "' is looser than it was");
    }
}
