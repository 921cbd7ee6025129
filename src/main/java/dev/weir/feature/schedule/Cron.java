package dev.weir.feature.schedule;

import dev.weir.kernel.Violation;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A POSIX crontab expression of five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Beyond POSIX it takes
 * names of months and days in either case and steps after {@code *} or a range, as every cron in use does.
 *
 * <p>If both day fields are restricted, a day that matches either is selected. A field is unrestricted only if it is exactly {@code *}:
 * where Vixie's cron looks at the first character alone, {@code *}{@code /2} restricts here, as what it says.
 */
record Cron(ValueSet minute, ValueSet hour, ValueSet dayOfMonth, ValueSet month, ValueSet dayOfWeek) {
    /** Of an expression, in characters. */
    static final int MAX_LENGTH = 256;
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");

    /** What the text says, or everything that is wrong with it. */
    sealed interface Reading {
        /** An expression. It may still select no day that exists. */
        record Good(Cron cron) implements Reading {}

        /** At least one violation. */
        record Bad(List<Violation> violations) implements Reading {}
    }

    /** @param pointer where the text stands in a request */
    static Reading read(String text, String pointer) {
        if (text.length() > MAX_LENGTH) {
            return bad(pointer, List.of("must be at most " + MAX_LENGTH + " characters"));
        }
        String trimmed = trim(text);
        if (trimmed.startsWith("@")) {
            return bad(pointer, List.of("nicknames are not understood; write the five fields"));
        }
        String[] texts = BLANKS.split(trimmed, -1);
        CronField[] fields = CronField.values();
        if (texts.length != fields.length) {
            return bad(pointer, List.of("must have five fields: minute hour day-of-month month day-of-week"));
        }
        List<String> complaints = new ArrayList<>();
        List<ValueSet> sets = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            sets.add(fields[i].read(texts[i], complaints));
        }
        return complaints.isEmpty()
                ? new Reading.Good(new Cron(sets.get(0), sets.get(1), sets.get(2), sets.get(3), sets.get(4)))
                : bad(pointer, complaints);
    }

    boolean selects(LocalDateTime time) {
        return minute.has(time.getMinute()) && hour.has(time.getHour()) && selects(time.toLocalDate());
    }

    boolean selects(LocalDate day) {
        if (!month.has(day.getMonthValue())) {
            return false;
        }
        boolean ofMonth = dayOfMonth.has(day.getDayOfMonth());
        boolean ofWeek = dayOfWeek.has(day.getDayOfWeek().getValue() % 7);
        boolean oneCounts = dayOfMonth.any() || dayOfWeek.any();
        return oneCounts ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    /** Blanks and tabs; nothing else that Unicode takes for space. */
    private static String trim(String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private static Reading bad(String pointer, List<String> complaints) {
        return new Reading.Bad(
                complaints.stream().distinct().map(complaint -> new Violation(pointer, complaint)).toList());
    }
}
