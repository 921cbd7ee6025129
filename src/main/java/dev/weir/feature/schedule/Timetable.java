package dev.weir.feature.schedule;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cron expression in a time zone. A local time that a clock change skips does not fire; one that it repeats fires once, the first time:
 * what Amazon EventBridge Scheduler promises. Every answer is computed from the instant given, never from what was answered before, so a
 * restart changes nothing.
 */
public final class Timetable {
    /** How far ahead to look: 29 February comes round in at most eight years. */
    private static final int YEARS = 40;
    /** Clock changes told of in one preview; a rule that fires on 29 February passes some eighty a time. */
    private static final int MAX_CHANGES = 20;
    /** Beyond this many missed times nobody needs the exact number. */
    private static final int MAX_MISSED = 1000;

    private final Cron cron;
    private final ZoneId zone;

    private Timetable(Cron cron, ZoneId zone) {
        this.cron = cron;
        this.zone = zone;
    }

    /**
     * What comes next.
     *
     * @param changes clock changes before the last of {@code times} that skip or repeat one of the schedule's
     */
    public record Preview(List<FireTime> times, List<ClockChange> changes) {
        public Preview {
            times = List.copyOf(times);
            changes = List.copyOf(changes);
        }
    }

    /**
     * What is to be done now.
     *
     * @param slot the time to fire for, if there is one
     * @param missed how many times before it went by without firing, at most 1,000
     */
    public record Due(Optional<Instant> slot, int missed) {}

    /**
     * Reads an expression and a zone of the IANA database by its exact name; offsets such as {@code +02:00} are refused, because they do
     * not know of clock changes. Fails with {@code Invalid}, every violation under {@code /schedule_cron} or {@code /schedule_timezone}, also
     * if the expression never fires after {@code now}.
     */
    public static Timetable of(String expression, String zone, Instant now) {
        List<Violation> violations = new ArrayList<>();
        boolean known = isZone(zone);
        if (!known) {
            violations.add(new Violation("/schedule_timezone",
                    "must be the name of a time zone in the IANA database, such as Europe/Berlin"));
        }
        switch (Cron.read(expression, "/schedule_cron")) {
            case Cron.Reading.Bad bad -> violations.addAll(bad.violations());
            case Cron.Reading.Good good -> {
                Timetable made = new Timetable(good.cron(), ZoneId.of(known ? zone : "UTC"));
                if (made.next(now).isPresent() && known) {
                    return made;
                }
                if (known) {
                    violations.add(new Violation("/schedule_cron", "never fires"));
                }
            }
        }
        throw new ProblemException(new Problem.Invalid("the schedule is not valid", violations));
    }

    /** The first time after {@code after} that fires. */
    public Optional<FireTime> next(Instant after) {
        LocalDateTime from = LocalDateTime.ofInstant(after, zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDate last = from.toLocalDate().plusYears(YEARS);
        LocalTime start = from.toLocalTime();
        for (LocalDate day = from.toLocalDate(); day.isBefore(last);) {
            if (cron.selects(day)) {
                Optional<FireTime> found = on(day, start, after);
                if (found.isPresent()) {
                    return found;
                }
            }
            start = LocalTime.MIDNIGHT;
            day = cron.month().has(day.getMonthValue()) ? day.plusDays(1) : day.withDayOfMonth(1).plusMonths(1);
        }
        return Optional.empty();
    }

    /** The next {@code count} times after {@code after} (fewer if there are no more), and what the clock does meanwhile. */
    public Preview preview(Instant after, int count) {
        List<FireTime> times = new ArrayList<>();
        Optional<FireTime> found = next(after);
        while (found.isPresent() && times.size() < count) {
            times.add(found.get());
            found = next(found.get().at());
        }
        return new Preview(times, times.isEmpty() ? List.of() : changes(after, times.getLast().at()));
    }

    /**
     * What to fire at {@code now}, if {@code last} was the last time that was dealt with: the newest time since, unless it is older than
     * {@code window}. However many went by, at most one fires.
     */
    public Due due(Instant last, Instant now, Duration window) {
        Optional<Instant> slot = Optional.empty();
        int passed = 0;
        Optional<FireTime> found = next(last);
        while (found.isPresent() && !found.get().at().isAfter(now)) {
            Instant at = found.get().at();
            passed++;
            slot = at.isBefore(now.minus(window)) ? Optional.empty() : Optional.of(at);
            boolean skip = passed == MAX_MISSED && at.isBefore(now.minus(window));
            found = next(skip ? now.minus(window).minusNanos(1) : at);
        }
        return new Due(slot, Math.min(MAX_MISSED, passed - (slot.isPresent() ? 1 : 0)));
    }

    /** The same as expressions for Amazon EventBridge Scheduler, to be used with the same zone. */
    public List<String> eventBridge() {
        return EventBridgeCron.of(cron);
    }

    private Optional<FireTime> on(LocalDate day, LocalTime start, Instant after) {
        for (int hour = cron.hour().next(start.getHour()); hour >= 0; hour = cron.hour().next(hour + 1)) {
            int first = hour == start.getHour() ? start.getMinute() : 0;
            for (int minute = cron.minute().next(first); minute >= 0; minute = cron.minute().next(minute + 1)) {
                LocalDateTime local = day.atTime(hour, minute);
                List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local); // none in a gap, two in an overlap
                if (!offsets.isEmpty() && local.toInstant(offsets.getFirst()).isAfter(after)) {
                    return Optional.of(new FireTime(local.atOffset(offsets.getFirst()), offsets.size() > 1));
                }
            }
        }
        return Optional.empty();
    }

    private List<ClockChange> changes(Instant after, Instant last) {
        List<ClockChange> met = new ArrayList<>();
        ZoneOffsetTransition change = zone.getRules().nextTransition(after);
        while (change != null && !change.getInstant().isAfter(last) && met.size() < MAX_CHANGES) {
            LocalDateTime from = change.getDateTimeBefore();
            LocalDateTime to = change.getDateTimeAfter();
            int times = change.isGap() ? selected(from, to) : selected(to, from);
            if (times > 0) {
                met.add(new ClockChange(change.getInstant(), from, to, times));
            }
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return met;
    }

    private int selected(LocalDateTime from, LocalDateTime before) {
        int times = 0;
        for (LocalDateTime time = from; time.isBefore(before); time = time.plusMinutes(1)) {
            times += cron.selects(time) ? 1 : 0;
        }
        return times;
    }

    private static boolean isZone(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone);
    }
}
