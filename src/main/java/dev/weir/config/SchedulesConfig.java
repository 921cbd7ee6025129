package dev.weir.config;

import java.time.Duration;

/**
 * Stages that run by themselves.
 *
 * @param catchUp how late a time may still fire, at least two minutes whatever it says; of several that late, one does
 * @param pauseAfter runs that fail in a row
 */
public record SchedulesConfig(Duration catchUp, int pauseAfter) {
    public static final SchedulesConfig DEFAULT = new SchedulesConfig(Duration.ofMinutes(5), 5);
}
