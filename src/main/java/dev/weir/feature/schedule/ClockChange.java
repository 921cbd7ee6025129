package dev.weir.feature.schedule;

import java.time.Instant;
import java.time.LocalDateTime;

/**
 * A change of the clock that a schedule meets.
 *
 * @param at when
 * @param from what the clock would have shown then
 * @param to what it shows instead: later if times are skipped, earlier if they are repeated
 * @param times how many of the schedule's times are skipped, or repeated without firing again
 */
public record ClockChange(Instant at, LocalDateTime from, LocalDateTime to, int times) {
    public boolean skips() {
        return to.isAfter(from);
    }

    /** For people. */
    public String note() {
        return "the clock goes from " + from + " to " + to + ": " + times + (times == 1 ? " time" : " times")
                + (skips() ? " between the two will not run" : " shown twice will run at the first");
    }
}
