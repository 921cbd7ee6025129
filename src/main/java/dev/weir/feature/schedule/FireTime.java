package dev.weir.feature.schedule;

import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * One time that a schedule fires at.
 *
 * @param local what the clock in the schedule's zone shows then, with its offset
 * @param repeated whether the clock shows that time twice; this is the first, and the second does not fire
 */
public record FireTime(OffsetDateTime local, boolean repeated) {
    /** The same as a point in time; it names the slot, so that two gateways cannot both fire it. */
    public Instant at() {
        return local.toInstant();
    }
}
