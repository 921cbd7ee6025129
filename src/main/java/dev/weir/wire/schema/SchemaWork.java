package dev.weir.wire.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How much work an input would make, found out at bounded cost before the library does it without any bound: schema parts against
 * values (each pair counted once and remembered, while the library would walk it again each time), comparisons of elements, and steps of
 * patterns (by running them on a text that counts its reads). Where it cannot tell which part applies, it counts all.
 */
final class SchemaWork {
    /** Visits of a value by a schema part that one check may take; a plain input of 1 MiB makes a tenth of it. */
    private static final long MAX_VISITS = 1_000_000;
    /** Visits that the empty object may take. */
    private static final long MAX_IDLE_VISITS = 10_000;
    private static final long MAX_READS = 5_000_000;
    private static final int MAX_DEPTH = 100;

    private final Map<Part, IdentityHashMap<JsonNode, Long>> known = new HashMap<>();
    private long pairs;
    private long reads;

    private SchemaWork() {}

    /** Whether {@code input} can be checked in bounded time. */
    static boolean isBearable(Part root, JsonNode input) {
        try {
            return depth(input) <= MAX_DEPTH && new SchemaWork().visits(root, input) <= MAX_VISITS;
        } catch (TooMuch | StackOverflowError e) {
            return false;
        }
    }

    /** Whether the schema applies few enough parts to one and the same value. */
    static boolean isBearable(Part root) {
        return new SchemaWork().visits(root, JsonNodeFactory.instance.objectNode()) <= MAX_IDLE_VISITS;
    }

    private static int depth(JsonNode value) {
        int deepest = 0;
        for (JsonNode inside : value) {
            deepest = Math.max(deepest, depth(inside));
        }
        return deepest + 1;
    }

    private long visits(Part part, JsonNode value) {
        IdentityHashMap<JsonNode, Long> ofPart = known.computeIfAbsent(part, _ -> new IdentityHashMap<>());
        Long seen = ofPart.get(value);
        if (seen != null) {
            return seen;
        }
        if (++pairs > MAX_VISITS) {
            throw new TooMuch();
        }
        long sum = 1;
        for (Part same : part.same) {
            sum += visits(same, value);
        }
        if (value.isTextual()) {
            run(part.patterns, value.textValue());
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                run(part.names, entry.getKey());
                sum += 1 + inside(part.properties, entry.getValue());
                Part named = part.named.get(entry.getKey());
                sum += named == null ? 0 : visits(named, entry.getValue());
            }
        } else if (value.isArray()) {
            sum += part.comparesElements ? (long) value.size() * value.size() / 8 : 0;
            for (JsonNode element : value) {
                sum += 1 + inside(part.elements, element);
            }
        }
        sum = Math.min(sum, MAX_VISITS + 1);
        ofPart.put(value, sum);
        return sum;
    }

    private long inside(List<Part> parts, JsonNode value) {
        long sum = 0;
        for (Part part : parts) {
            sum += visits(part, value);
        }
        return sum;
    }

    private void run(List<Pattern> patterns, String text) {
        for (Pattern pattern : patterns) {
            boolean _ = pattern.matcher(new Counted(text, 0, text.length())).find();
        }
    }

    /** A text that can be read only so often. */
    private final class Counted implements CharSequence {
        private final String text;
        private final int from;
        private final int to;

        Counted(String text, int from, int to) {
            this.text = text;
            this.from = from;
            this.to = to;
        }

        @Override
        public int length() {
            return to - from;
        }

        @Override
        public char charAt(int index) {
            if (++reads > MAX_READS) {
                throw new TooMuch();
            }
            return text.charAt(from + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text, from + start, from + end);
        }

        @Override
        public String toString() {
            return text.substring(from, to);
        }
    }

    /** Ends the count. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch() {
            super("too much", null, false, false);
        }
    }
}
