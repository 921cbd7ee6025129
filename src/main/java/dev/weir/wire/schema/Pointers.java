package dev.weir.wire.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;

/** JSON Pointers (RFC 6901) from the library's locations, which are percent-encoded in a way of its own. */
final class Pointers {
    private static final String PLAIN = ":?#@!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._";

    private Pointers() {}

    /** The pointer to where {@code location} leads in {@code input}; that way there is nothing to decode, and nothing to mistake. */
    static String of(String location, JsonNode input) {
        StringBuilder pointer = new StringBuilder();
        JsonNode at = input;
        String[] steps = location.replaceFirst("^#/?", "").split("/", -1);
        for (String step : steps) {
            if (step.isEmpty() && steps.length == 1 && !location.endsWith("/")) {
                break;
            }
            String name = at.isObject() ? name(step, at) : step;
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
            at = at.isArray() && step.matches("[0-9]{1,9}") ? at.path(Integer.parseInt(step)) : at.path(name);
        }
        return pointer.toString();
    }

    private static String name(String step, JsonNode object) {
        if (object.has(step)) {
            return step;
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (encoded(name).equals(step)) {
                return name;
            }
        }
        return step;
    }

    /** As io.vertx.json.schema.impl.Utils.Pointers writes it. */
    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(each) >= 0) {
                encoded.append((char) each);
            } else {
                encoded.append(switch (each) {
                    case '~' -> "~0";
                    case '/' -> "~1";
                    default -> "%" + Integer.toHexString(Byte.toUnsignedInt(each)).toUpperCase(Locale.ROOT);
                });
            }
        }
        return encoded.toString();
    }
}
