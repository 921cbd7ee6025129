package dev.weir.feature.run.event;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an event stands in a run: {@code <attempt>-<n>} on the wire. Within an attempt {@code n} counts from 1 without gaps; a run that
 * ends before its first attempt has the single event {@code 0-1}. Ordered by attempt, then by number. {@link #START} is before them all.
 */
public record EventId(int attempt, long n) implements Comparable<EventId> {
    /** The position before the first event. */
    public static final EventId START = new EventId(0, 0);

    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,8})-([1-9][0-9]{0,17})");

    /** The id in {@code text}, or empty if it is not one. */
    public static Optional<EventId> parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(new EventId(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    public EventId next() {
        return new EventId(attempt, n + 1);
    }

    public boolean isAfter(EventId other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(EventId other) {
        int byAttempt = Integer.compare(attempt, other.attempt);
        return byAttempt != 0 ? byAttempt : Long.compare(n, other.n);
    }

    @Override
    public String toString() {
        return attempt + "-" + n;
    }
}
