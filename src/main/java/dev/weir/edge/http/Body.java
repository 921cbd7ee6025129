package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Typed access to a JSON object that notes what is wrong instead of stopping at it. Ask for every field, then call {@link #done}: it fails
 * with all violations at once, fields nobody asked for included. Until then a wrong field reads as its fallback.
 */
final class Body {
    private static final int MAX_VIOLATIONS = 50;

    private final JsonNode object;
    private final Set<String> known = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();

    Body(JsonNode value) {
        if (!value.isObject()) {
            throw new ProblemException(Problem.Invalid.of("", "must be an object"));
        }
        object = value;
    }

    /** Whether the field is there, null included. */
    boolean has(String field) {
        return object.has(field);
    }

    String id(String field) {
        Optional<String> text = text(field, 64);
        if (text.isEmpty()) {
            violateOnce(field, "is required");
        } else if (!Ids.isLegal(text.get())) {
            violate(field, "must be 1 to 64 letters, digits, '_' or '-', and start with a letter or digit");
        }
        return text.orElse("");
    }

    String matching(String field, Pattern form, String rule) {
        Optional<String> text = text(field, 1024);
        if (text.isEmpty()) {
            violateOnce(field, "is required");
        } else if (!form.matcher(text.get()).matches()) {
            violate(field, rule);
        }
        return text.orElse("");
    }

    /** Absent or null reads as empty. */
    Optional<String> text(String field, int maxLength) {
        JsonNode value = take(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            violate(field, "must be a string");
            return Optional.empty();
        }
        if (value.textValue().length() > maxLength) {
            violate(field, "must be at most " + maxLength + " characters");
        }
        return Optional.of(value.textValue());
    }

    /** Text that must be there, of any length a body may have: its rules are its reader's. */
    String requiredText(String field) {
        Optional<String> text = text(field, Integer.MAX_VALUE);
        if (text.isEmpty()) {
            violateOnce(field, "is required");
        }
        return text.orElse("");
    }

    /** An array of at most {@code maxItems} strings; absent or null reads as empty. */
    List<String> texts(String field, int maxItems) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(field, maxItems)) {
            if (item.isTextual()) {
                texts.add(item.textValue());
            } else {
                violations.add(new Violation(pointer(field) + "/" + texts.size(), "must be a string"));
                return List.of();
            }
        }
        return texts;
    }

    /** An array of at most {@code maxItems} objects, each read by {@code reader}, which need not call {@link #done}; absent or null reads as empty. */
    <T> List<T> objects(String field, int maxItems, Function<Body, T> reader) {
        List<T> objects = new ArrayList<>();
        for (JsonNode item : items(field, maxItems)) {
            String place = pointer(field) + "/" + objects.size();
            if (!item.isObject()) {
                violations.add(new Violation(place, "must be an object"));
                return List.of();
            }
            objects.add(inner(item, place, reader));
        }
        return objects;
    }

    private Iterable<JsonNode> items(String field, int maxItems) {
        JsonNode value = take(field);
        if (value != null && (!value.isArray() || value.size() > maxItems)) {
            violate(field, "must be an array of at most " + maxItems + " items");
            return List.of();
        }
        return value == null ? List.of() : value;
    }

    int number(String field, int min, int max, int fallback) {
        JsonNode value = take(field);
        if (value == null) {
            return fallback;
        }
        if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
            violate(field, "must be an integer from " + min + " to " + max);
            return fallback;
        }
        return value.intValue();
    }

    /** One of {@code values} by the name {@code wireName} gives it. */
    <E> Optional<E> choice(String field, E[] values, Function<E, String> wireName) {
        Optional<String> text = text(field, 64);
        Optional<E> found = text.flatMap(
                name -> Arrays.stream(values).filter(value -> wireName.apply(value).equals(name)).findFirst());
        if (text.isPresent() && found.isEmpty()) {
            violate(field, "must be one of " + Arrays.stream(values).map(wireName).toList());
        }
        return found;
    }

    /** False if it is absent or null. */
    boolean flag(String field) {
        JsonNode value = take(field);
        if (value != null && !value.isBoolean()) {
            violate(field, "must be true or false");
        }
        return value != null && value.booleanValue();
    }

    /** An object read by {@code reader}, which need not call {@link #done}; absent or null reads as empty. */
    <T> Optional<T> object(String field, Function<Body, T> reader) {
        JsonNode value = take(field);
        if (value == null || !value.isObject()) {
            if (value != null) {
                violate(field, "must be an object");
            }
            return Optional.empty();
        }
        return Optional.of(inner(value, pointer(field), reader));
    }

    private <T> T inner(JsonNode value, String place, Function<Body, T> reader) {
        Body inner = new Body(value);
        T read = reader.apply(inner);
        inner.noteUnknown();
        inner.violations.forEach(each -> violations.add(new Violation(place + each.pointer(), each.message())));
        return read;
    }

    /** An object, as JSON text. */
    Optional<String> objectText(String field) {
        JsonNode value = take(field);
        if (value != null && !value.isObject()) {
            violate(field, "must be an object");
            return Optional.empty();
        }
        return Optional.ofNullable(value).map(Json::text);
    }

    /** An object of strings; at most {@code maxEntries}, names of the form {@code name}. */
    Map<String, String> strings(String field, int maxEntries, Pattern name, int maxLength) {
        JsonNode value = take(field);
        Map<String, String> strings = new LinkedHashMap<>();
        if (value == null) {
            return strings;
        }
        if (!value.isObject() || value.size() > maxEntries) {
            violate(field, "must be an object of at most " + maxEntries + " strings");
            return strings;
        }
        value.properties().forEach(entry -> {
            String text = entry.getValue().textValue();
            if (!name.matcher(entry.getKey()).matches()) {
                violate(field, "has a name that is not of the form " + name.pattern());
            } else if (text == null || text.length() > maxLength || text.indexOf('\0') >= 0) {
                violations.add(new Violation(pointer(field) + pointer(entry.getKey()),
                        "must be a string of at most " + maxLength + " characters, without NUL"));
            } else {
                strings.put(entry.getKey(), text);
            }
        });
        return strings;
    }

    /** Notes what only the reader can see is wrong; {@code pointer} is a JSON Pointer into the object. */
    void refuse(String pointer, String message) {
        violations.add(new Violation(pointer, message));
    }

    /** Fails with {@code Invalid} if anything was wrong. */
    void done() {
        noteUnknown();
        if (!violations.isEmpty()) {
            List<Violation> shown = violations.subList(0, Math.min(MAX_VIOLATIONS, violations.size()));
            throw new ProblemException(new Problem.Invalid("the body breaks the rules of this request", shown));
        }
    }

    private void noteUnknown() {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                violate(field, "is not a field of this request");
            }
        });
    }

    private JsonNode take(String field) {
        known.add(field);
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private void violate(String field, String message) {
        violations.add(new Violation(pointer(field), message));
    }

    /** A field of the wrong type is not missing as well. */
    private void violateOnce(String field, String message) {
        if (take(field) == null) {
            violate(field, message);
        }
    }

    /** RFC 6901, shortened: a name may be as long as the body. */
    private static String pointer(String field) {
        String shown = field.length() > 64 ? field.substring(0, 64) + "..." : field;
        return "/" + shown.replace("~", "~0").replace("/", "~1");
    }
}
