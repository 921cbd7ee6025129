package dev.weir.runner;

import java.time.InstantSource;

/**
 * What {@code /ping} says. AgentCore lets a microVM idle out by it, and takes the time for the last change of the status: "now" every time
 * would keep the microVM, and its cost, for hours.
 */
final class Health {
    private final InstantSource clock;
    private boolean busy;
    private long since;

    Health(InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant().getEpochSecond();
    }

    synchronized void update(boolean nowBusy) {
        if (nowBusy != busy) {
            busy = nowBusy;
            since = clock.instant().getEpochSecond();
        }
    }

    synchronized String json() {
        return "{\"status\":\"" + (busy ? "HealthyBusy" : "Healthy") + "\",\"time_of_last_update\":" + since + "}";
    }
}
