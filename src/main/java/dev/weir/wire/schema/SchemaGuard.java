package dev.weir.wire.schema;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Lets through schemas that can be checked in bounded time and say only what is well-formed, because the library trusts its schemas: it
 * follows references for ever, fails on keywords of the wrong type only when an input meets them, and takes unknown keywords for schemas.
 */
final class SchemaGuard {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_PARTS = 1000;
    private static final int MAX_PATTERN = 1000;
    private static final Set<String> TYPES = Set.of("object", "array", "string", "number", "integer", "boolean",
            "null");
    /** Enforced formats; the library's patterns for others are not linear, so they stay annotations, as the standard has it. */
    private static final Set<String> FORMATS = Set.of("date", "time", "date-time", "email", "hostname", "ipv4", "ipv6",
            "uuid", "uri");
    private static final Set<String> DYNAMIC = Set.of("$dynamicRef", "$recursiveRef", "$dynamicAnchor",
            "$recursiveAnchor", "$vocabulary");
    private static final Pattern BACK_REFERENCE = Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\([1-9]|k<)");

    private final Map<String, Part> places = new HashMap<>();
    private int parts;

    /**
     * A schema without its annotations.
     *
     * @param root of the parts that apply to an input
     */
    record Guarded(JsonObject schema, Part root) {}

    /** Throws {@link IllegalArgumentException} with a message for the schema's author. */
    static Guarded guard(JsonObject schema) {
        SchemaGuard guard = new SchemaGuard();
        JsonObject clean = new JsonObject();
        Part root = guard.part("#", schema, clean, 0);
        guard.places.values().forEach(part -> {
            if (part.reference != null) {
                Part target = guard.places.get(part.reference);
                if (target == null) {
                    throw new IllegalArgumentException("a $ref points to no schema in this schema");
                }
                part.same.add(target);
            }
        });
        Set<Part> done = new HashSet<>();
        guard.places.values().forEach(part -> refuseLoops(part, new HashSet<>(), done));
        return new Guarded(clean, root);
    }

    /** References may lead back to where they are only by way of a property or an element, which makes the value smaller. */
    private static void refuseLoops(Part part, Set<Part> above, Set<Part> done) {
        if (done.contains(part)) {
            return;
        }
        if (!above.add(part) || above.size() > MAX_DEPTH) {
            throw new IllegalArgumentException("references lead back to themselves or through more than " + MAX_DEPTH
                    + " schemas");
        }
        part.same.forEach(next -> refuseLoops(next, above, done));
        above.remove(part);
        done.add(part);
    }

    private Part part(String at, Object schema, JsonObject clean, int depth) {
        if (!(schema instanceof JsonObject object)) {
            throw wrong(at, "a schema is an object or a boolean");
        }
        if (depth > MAX_DEPTH || ++parts > MAX_PARTS) {
            throw new IllegalArgumentException("a schema has at most " + MAX_PARTS + " schemas inside, " + MAX_DEPTH
                    + " deep");
        }
        if (depth > 0 && (object.containsKey("$id") || object.containsKey("$schema"))) {
            throw wrong(at, "only the outermost schema may have $id and $schema");
        }
        Part part = new Part();
        places.put(at, part);
        for (String name : object.fieldNames()) {
            if (DYNAMIC.contains(name)) {
                throw wrong(at, "'" + name + "' is not supported");
            }
            Keyword.of(name).ifPresent(keyword -> {
                String place = at + "/" + name;
                Object value = object.getValue(name);
                Object kept = switch (keyword) {
                    case SCHEMA, SCHEMAS, SCHEMA_OR_SCHEMAS, NAMED_SCHEMAS, NAMED_DEPENDENCIES -> schemas(keyword,
                            name, part, place, value, depth);
                    default -> scalar(keyword, part, place, value);
                };
                if (kept != null) {
                    clean.put(name, kept);
                }
            });
        }
        part.comparesElements = Boolean.TRUE.equals(object.getValue("uniqueItems"));
        return part;
    }

    private Object schemas(Keyword keyword, String name, Part part, String place, Object value, int depth) {
        boolean list = keyword == Keyword.SCHEMAS || (keyword == Keyword.SCHEMA_OR_SCHEMAS
                && value instanceof JsonArray);
        if (list) {
            JsonArray kept = new JsonArray();
            List<?> items = value instanceof JsonArray array && !array.isEmpty() ? array.getList() : List.of();
            if (items.isEmpty()) {
                throw wrong(place, "must be a list of schemas, not empty");
            }
            for (int i = 0; i < items.size(); i++) {
                kept.add(child(name, "", part, place + "/" + i, ((JsonArray) value).getValue(i), depth));
            }
            return kept;
        }
        if (keyword == Keyword.SCHEMA || keyword == Keyword.SCHEMA_OR_SCHEMAS) {
            return child(name, "", part, place, value, depth);
        }
        if (!(value instanceof JsonObject named)) {
            throw wrong(place, "must be an object of schemas");
        }
        JsonObject kept = new JsonObject();
        for (String key : named.fieldNames()) {
            String below = place + "/" + key.replace("~", "~0").replace("/", "~1");
            boolean names = keyword == Keyword.NAMED_DEPENDENCIES && named.getValue(key) instanceof JsonArray;
            kept.put(key, names
                    ? names(below, named.getValue(key))
                    : child(name, key, part, below, named.getValue(key), depth));
        }
        return kept;
    }

    private Object child(String keyword, String key, Part parent, String place, Object value, int depth) {
        if (keyword.equals("patternProperties")) {
            parent.names.add(pattern(place, key));
        }
        if (value instanceof Boolean) {
            return value;
        }
        JsonObject clean = new JsonObject();
        Part child = part(place, value, clean, depth + 1);
        switch (keyword) {
            case "properties" -> parent.named.put(key, child);
            case "patternProperties", "additionalProperties", "unevaluatedProperties" -> parent.properties.add(child);
            case "propertyNames" -> {
                // Names are texts: what matters of it is its patterns.
                parent.properties.add(child);
                collectNames(parent, child, place);
            }
            case "items", "prefixItems", "additionalItems", "contains", "unevaluatedItems" -> parent.elements
                    .add(child);
            case "$defs", "definitions" -> {
                // Applied only where referred to.
            }
            default -> parent.same.add(child);
        }
        return clean;
    }

    private static void collectNames(Part parent, Part child, String place) {
        if (!child.same.isEmpty() || child.reference != null) {
            throw wrong(place, "propertyNames may only hold plain keywords");
        }
        parent.names.addAll(child.patterns);
    }

    private Object scalar(Keyword keyword, Part part, String place, Object value) {
        switch (keyword) {
            case TYPE -> require(isType(value), place, "must be a type or a list of types");
            case NAMES -> names(place, value);
            case NAMED_NAMES -> {
                require(value instanceof JsonObject, place, "must be an object of lists of names");
                ((JsonObject) value).forEach(entry -> names(place, entry.getValue()));
            }
            case VALUES -> require(value instanceof JsonArray, place, "must be a list of values");
            case NUMBER -> require(isFinite(value), place, "must be a number");
            case POSITIVE -> require(isFinite(value) && ((Number) value).doubleValue() > 0, place,
                    "must be a number above 0");
            case COUNT -> require(value instanceof Integer count && count >= 0, place, "must be a whole number from 0");
            case FLAG -> require(value instanceof Boolean, place, "must be true or false");
            case PATTERN -> part.patterns.add(pattern(place, value));
            case FORMAT -> {
                require(value instanceof String, place, "must be a text");
                return FORMATS.contains(value) ? value : null;
            }
            case REFERENCE -> part.reference = reference(place, value);
            case ANCHOR -> {
                require(value instanceof String name && name.matches("[A-Za-z_][A-Za-z0-9._-]{0,99}"), place,
                        "must be a name");
                require(places.putIfAbsent("#" + value, part) == null, place, "is there already");
            }
            default -> {
                // Any value will do.
            }
        }
        return value == null ? new JsonArray().addNull().getValue(0) : value;
    }

    private static String reference(String place, Object value) {
        if (!(value instanceof String reference) || !reference.startsWith("#")) {
            throw wrong(place, "a schema may only refer to itself ('#...')");
        }
        require(reference.indexOf('%') < 0, place, "references must not be percent-encoded");
        return reference.equals("#/") ? "#" : reference;
    }

    private static Pattern pattern(String place, Object value) {
        require(value instanceof String text && text.length() <= MAX_PATTERN, place,
                "must be a pattern of at most " + MAX_PATTERN + " characters");
        require(!BACK_REFERENCE.matcher((String) value).find(), place, "patterns with back references are refused");
        try {
            return Pattern.compile((String) value);
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw new IllegalArgumentException(place + " is not a regular expression", e);
        }
    }

    private static JsonArray names(String place, Object value) {
        require(value instanceof JsonArray list && list.stream().allMatch(String.class::isInstance), place,
                "must be a list of names");
        return (JsonArray) value;
    }

    private static boolean isType(Object value) {
        return value instanceof JsonArray several
                ? !several.isEmpty() && several.stream().allMatch(TYPES::contains)
                : value instanceof String && TYPES.contains(value);
    }

    private static boolean isFinite(Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue());
    }

    private static void require(boolean holds, String place, String message) {
        if (!holds) {
            throw wrong(place, message);
        }
    }

    private static IllegalArgumentException wrong(String place, String message) {
        return new IllegalArgumentException(place + ": " + message);
    }
}
