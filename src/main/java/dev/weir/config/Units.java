package dev.weir.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: {@code 15s}, {@code 64KiB}. What is no such text is an {@link IllegalArgumentException}. */
final class Units {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([A-Za-z]*)");
    private static final Map<String, Long> MILLIS = new LinkedHashMap<>();
    private static final Map<String, Long> BYTES = new LinkedHashMap<>();

    static {
        MILLIS.put("d", 86_400_000L);
        MILLIS.put("h", 3_600_000L);
        MILLIS.put("m", 60_000L);
        MILLIS.put("s", 1000L);
        MILLIS.put("ms", 1L);
        BYTES.put("GiB", 1L << 30);
        BYTES.put("MiB", 1L << 20);
        BYTES.put("KiB", 1L << 10);
        BYTES.put("B", 1L);
        BYTES.put("", 1L);
    }

    private Units() {}

    /** A number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}, or ISO 8601 such as {@code PT1M30S}. */
    static Duration parseDuration(String text) {
        if (text.startsWith("P")) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("not an ISO 8601 duration", e);
            }
        }
        return Duration.ofMillis(amount(text, MILLIS));
    }

    /** In the largest unit that needs no fraction. */
    static String printDuration(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        boolean whole = !duration.isNegative() && duration.equals(Duration.ofMillis(duration.toMillis()));
        return whole ? print(duration.toMillis(), MILLIS) : duration.toString();
    }

    /** A number, alone or with {@code B}, {@code KiB}, {@code MiB} or {@code GiB}. */
    static long parseBytes(String text) {
        return amount(text, BYTES);
    }

    static String printBytes(long bytes) {
        return bytes < 1024 ? Long.toString(bytes) : print(bytes, BYTES).replaceFirst("(?<=[0-9])B$", "");
    }

    private static long amount(String text, Map<String, Long> units) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("not a number with a unit");
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("beyond all bounds", e);
        }
    }

    private static String print(long value, Map<String, Long> units) {
        return units.entrySet().stream()
                .filter(unit -> value % unit.getValue() == 0)
                .findFirst()
                .map(unit -> value / unit.getValue() + unit.getKey())
                .orElseThrow();
    }
}
