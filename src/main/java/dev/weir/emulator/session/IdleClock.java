package dev.weir.emulator.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * When a session last did something. What counts (AWS: runtime-long-run): an invocation in flight, a message or ping on a WebSocket, and
 * a container that says HealthyBusy. After it says Healthy again the clock starts at the time it names; a WebSocket that is merely open
 * does not count. One event loop.
 */
final class IdleClock {
    private final InstantSource clock;
    private Instant lastActive;
    private int inFlight;

    IdleClock(InstantSource clock) {
        this.clock = clock;
        this.lastActive = clock.instant();
    }

    void touch() {
        lastActive = clock.instant();
    }

    void begin() {
        inFlight++;
        touch();
    }

    void finish() {
        inFlight--;
        touch();
    }

    void heard(Ping ping) {
        if (ping.busy()) {
            touch();
            return;
        }
        Instant now = clock.instant();
        ping.changedAt().map(changed -> changed.isAfter(now) ? now : changed)
                .filter(changed -> changed.isAfter(lastActive))
                .ifPresent(changed -> lastActive = changed);
    }

    boolean isIdleFor(Duration timeout) {
        return inFlight == 0 && !clock.instant().isBefore(lastActive.plus(timeout));
    }
}
