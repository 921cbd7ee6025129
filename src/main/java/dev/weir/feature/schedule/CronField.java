package dev.weir.feature.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The five fields of an expression, in order: which values each takes, by what names, and how its text is read. */
enum CronField {
    MINUTE(0, 59, ""), HOUR(0, 23, ""), DAY_OF_MONTH(1, 31, ""), MONTH(1, 12,
            "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"), DAY_OF_WEEK(0, 7, "SUN MON TUE WED THU FRI SAT");

    /** Letters and digits of ASCII only: what Character.isDigit takes for a digit is no digit of cron's. */
    private static final Pattern ITEM = Pattern
            .compile("(?:(\\*)|([0-9]{1,4}|[A-Za-z]{3})(?:-([0-9]{1,4}|[A-Za-z]{3}))?)(?:/([0-9]{1,4}))?");
    private static final int SUNDAY = 7;

    final int min;
    final int max;
    /** Three letters each, a blank between two. */
    private final String names;

    CronField(int min, int max, String names) {
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** What clients call it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The values that {@code text} selects; what is wrong with it goes to {@code complaints}. */
    ValueSet read(String text, List<String> complaints) {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            bits |= item(item, complaints);
        }
        if (this == DAY_OF_WEEK && (bits & 1L << SUNDAY) != 0) {
            bits = (bits & ~(1L << SUNDAY)) | 1;
        }
        return new ValueSet(bits, text.equals("*"));
    }

    private long item(String item, List<String> complaints) {
        Matcher matched = ITEM.matcher(item);
        if (!matched.matches()) {
            complaints.add("the " + label() + " must be a list of *, values and ranges, a step after * or a range");
            return 0;
        }
        boolean star = matched.group(1) != null;
        boolean range = matched.group(3) != null;
        if (matched.group(4) != null && !star && !range) {
            complaints.add("a step of the " + label() + " needs * or a range before it");
            return 0;
        }
        List<String> wrong = new ArrayList<>();
        int from = star ? min : value(matched.group(2), false, wrong);
        int to = star ? last() : range ? value(matched.group(3), from > 0, wrong) : from;
        int step = matched.group(4) == null ? 1 : step(matched.group(4), wrong);
        if (wrong.isEmpty() && from > to) {
            wrong.add("a range of the " + label() + " ends before it begins");
        }
        complaints.addAll(wrong);
        return wrong.isEmpty() ? every(step, from, to) : 0;
    }

    /** The highest value without the second number of Sunday. */
    int last() {
        return this == DAY_OF_WEEK ? SUNDAY - 1 : max;
    }

    private static long every(int step, int from, int to) {
        long bits = 0;
        for (int value = from; value <= to; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }

    /** @param endsRange whether {@code SUN} means the Sunday after the other days, as in {@code SAT-SUN} */
    private int value(String text, boolean endsRange, List<String> wrong) {
        OptionalInt named = named(text);
        if (named.isPresent()) {
            return this == DAY_OF_WEEK && endsRange && named.getAsInt() == 0 ? SUNDAY : named.getAsInt();
        }
        int number = isNumber(text) ? Integer.parseInt(text) : -1;
        if (number < min || number > max) {
            wrong.add("the " + label() + " must be within " + min + "-" + max
                    + (names.isEmpty() ? "" : " or a name such as " + names.substring(0, 3)));
        }
        return number;
    }

    private OptionalInt named(String text) {
        int index = text.length() == 3 ? names.indexOf(text.toUpperCase(Locale.ROOT)) : -1;
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index / 4 + min);
    }

    /** A step that skips the whole field would say "every 90 minutes" and mean "once an hour". */
    private int step(String text, List<String> wrong) {
        int step = Integer.parseInt(text);
        if (step < 1 || step > last() - min) {
            wrong.add("a step of the " + label() + " must be within 1-" + (last() - min));
            return 1;
        }
        return step;
    }

    private static boolean isNumber(String text) {
        return Character.isDigit(text.charAt(0)); // the pattern left only those of ASCII
    }
}
