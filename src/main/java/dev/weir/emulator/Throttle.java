package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** Lets so many calls through in any second; one more is a ThrottlingException, and does not count. One event loop. */
final class Throttle {
    private static final Duration SPAN = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final int most;
    private final Deque<Instant> calls = new ArrayDeque<>();

    Throttle(InstantSource clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    void pass() {
        Instant now = clock.instant();
        while (!calls.isEmpty() && !calls.getFirst().plus(SPAN).isAfter(now)) {
            calls.removeFirst();
        }
        if (calls.size() >= most) {
            throw AwsFault.of(429, "ThrottlingException", "Rate exceeded");
        }
        calls.addLast(now);
    }
}
