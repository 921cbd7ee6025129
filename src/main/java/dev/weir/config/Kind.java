package dev.weir.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What the text of a setting may be: how it is read, how it is written, and what to tell someone who got it wrong. */
public sealed interface Kind {
    /** The value of {@code text}, or an {@link IllegalArgumentException} if it is not {@link #expected()}; the text is never quoted. */
    Object parse(String text);

    /** Completes the sentence "must be ...". */
    String expected();

    /** The same in a few words, for a comment in a file. */
    default String brief() {
        return expected();
    }

    /** How {@code value} stands in a file; {@link #parse} of it is the same value again. */
    default String print(Object value) {
        return value.toString();
    }

    /** A whole number within bounds, both included. */
    record Whole(long min, long max) implements Kind {
        @Override
        public Object parse(String text) {
            return within(Long.parseLong(text), min, max);
        }

        @Override
        public String expected() {
            return "a whole number from " + brief();
        }

        @Override
        public String brief() {
            return min + " to " + max;
        }
    }

    /** A number of bytes within bounds, both included. */
    record Size(long min, long max) implements Kind {
        @Override
        public Object parse(String text) {
            return within(Units.parseBytes(text), min, max);
        }

        @Override
        public String expected() {
            return "a size from " + brief() + ", such as 64KiB or a number of bytes";
        }

        @Override
        public String brief() {
            return Units.printBytes(min) + " to " + Units.printBytes(max);
        }

        @Override
        public String print(Object value) {
            return Units.printBytes(((Number) value).longValue());
        }
    }

    /** A duration within bounds, both included. */
    record Time(Duration min, Duration max) implements Kind {
        @Override
        public Object parse(String text) {
            return within(Units.parseDuration(text), min, max);
        }

        @Override
        public String expected() {
            return "a duration from " + brief() + ", such as 500ms, 15s, 2m or PT15S";
        }

        @Override
        public String brief() {
            return Units.printDuration(min) + " to " + Units.printDuration(max);
        }

        @Override
        public String print(Object value) {
            return Units.printDuration((Duration) value);
        }
    }

    /** {@code true} or {@code false}. */
    record Switch() implements Kind {
        @Override
        public Object parse(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException();
            };
        }

        @Override
        public String expected() {
            return "true or false";
        }
    }

    /** One of a few words. */
    record Choice(List<String> words) implements Kind {
        public Choice {
            words = List.copyOf(words);
        }

        @Override
        public Object parse(String text) {
            if (!words.contains(text)) {
                throw new IllegalArgumentException();
            }
            return text;
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", words);
        }
    }

    /** Text of a certain form. */
    record Text(Pattern form, String expected) implements Kind {
        /** What YAML reads as itself without quotes. */
        private static final Pattern PLAIN = Pattern.compile("[\\w./]([\\w./:-]*[\\w./])?");

        @Override
        public Object parse(String text) {
            if (!form.matcher(text).matches()) {
                throw new IllegalArgumentException();
            }
            return text;
        }

        @Override
        public String print(Object value) {
            String text = value.toString();
            return PLAIN.matcher(text).matches() ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /** A mapping from names of the user's choice; {@link #parse} reads the value of one name. */
    record Named(Pattern name, Kind value, String expected) implements Kind {
        @Override
        public Object parse(String text) {
            return value.parse(text);
        }
    }

    private static <T extends Comparable<T>> T within(T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException();
        }
        return value;
    }
}
