package dev.weir.feature.interpreter.pool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the pool stands with one key. Counts begin anew when a key's last session has gone, for then the key is forgotten.
 *
 * @param warm sessions that are free
 * @param generation how often the key was flushed
 * @param sessions those free and in use, least recently used first
 * @param hits requests that got a warm session
 * @param starts sessions started
 * @param quarantined sessions that were never lent again because something may still have been at work in them
 * @param lastColdStart what the last start took
 * @param medianColdStart of the last 32
 */
public record PoolState(PoolKey key, int warm, int starting, long generation, List<Session> sessions, long hits,
        long starts, long quarantined, Optional<Duration> lastColdStart, Optional<Duration> medianColdStart) {
    public PoolState {
        sessions = List.copyOf(sessions);
    }

    public int inUse() {
        return sessions.size() - warm;
    }

    /** Of all requests that got a session, the part that got a warm one: 0 to 1. */
    public double hitRate() {
        return hits + starts == 0 ? 0 : (double) hits / (hits + starts);
    }

    /**
     * One session.
     *
     * @param age since its start was asked for
     * @param left of its life
     * @param sinceUsed zero for one that is in use
     * @param drained whether it is stopped as soon as its work ends
     * @param lent how often it was lent
     */
    public record Session(boolean inUse, Duration age, Duration left, Duration sinceUsed, boolean drained, long lent) {}
}
