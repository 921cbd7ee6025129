package dev.weir.feature.schedule;

import java.time.Month;
import java.util.ArrayList;
import java.util.List;

/**
 * POSIX expressions in the words of Amazon EventBridge Scheduler: {@code cron(minute hour day-of-month month day-of-week year)}, where
 * Sunday is 1, Saturday 7, and one of the two day fields must be {@code ?}.
 *
 * @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">Schedule types</a>
 */
final class EventBridgeCron {
    private EventBridgeCron() {}

    /**
     * One expression, or two if both day fields count and either can fire: EventBridge cannot say "either". A day that both select fires both, at the same
     * time; whoever takes them must let each slot through once.
     */
    static List<String> of(Cron cron) {
        ValueSet ofMonth = cron.dayOfMonth();
        ValueSet ofWeek = cron.dayOfWeek();
        boolean either = !ofMonth.any() && !ofWeek.any();
        boolean everyOfMonth = ofMonth.covers(CronField.DAY_OF_MONTH);
        boolean everyOfWeek = ofWeek.covers(CronField.DAY_OF_WEEK);
        if (either ? everyOfMonth || everyOfWeek : everyOfMonth && everyOfWeek) {
            return List.of(expression(cron, "*", "?"));
        }
        String monthDays = text(ofMonth, CronField.DAY_OF_MONTH, 0);
        String weekDays = text(ofWeek, CronField.DAY_OF_WEEK, 1);
        if (either && hasDay(cron)) {
            return List.of(expression(cron, monthDays, "?"), expression(cron, "?", weekDays));
        }
        if (either) {
            return List.of(expression(cron, "?", weekDays));
        }
        return List.of(ofMonth.any() ? expression(cron, "?", weekDays) : expression(cron, monthDays, "?"));
    }

    /** Whether one of the months has one of the days of the month: 31 February would never fire. */
    private static boolean hasDay(Cron cron) {
        int first = cron.dayOfMonth().next(CronField.DAY_OF_MONTH.min);
        return cron.month().values().anyMatch(month -> first <= Month.of(month).maxLength());
    }

    private static String expression(Cron cron, String monthDays, String weekDays) {
        return "cron(" + String.join(" ", text(cron.minute(), CronField.MINUTE, 0), text(cron.hour(), CronField.HOUR,
                0), monthDays, text(cron.month(), CronField.MONTH, 0), weekDays, "*") + ")";
    }

    /** Values and ranges, each raised by {@code shift}; {@code *} for all. */
    private static String text(ValueSet set, CronField field, int shift) {
        if (set.covers(field)) {
            return "*";
        }
        List<String> parts = new ArrayList<>();
        for (int from = set.next(field.min); from >= 0;) {
            int to = from;
            while (set.has(to + 1)) {
                to++;
            }
            parts.add(to == from ? "" + (from + shift) : (from + shift) + "-" + (to + shift));
            from = set.next(to + 1);
        }
        return String.join(",", parts);
    }
}
