package dev.weir.feature.interpreter.pool;

import java.time.Duration;

/** What happened in the pool, for meters and logs. Told outside the pool's lock, by any thread, at most roughly in order. */
public sealed interface PoolEvent {
    PoolKey key();

    /** A warm session was lent. */
    record Hit(PoolKey key) implements PoolEvent {}

    /** A session was started, cold. */
    record Started(PoolKey key, Duration took) implements PoolEvent {}

    /** It could not be started; that fails one request and nothing else. */
    record StartFailed(PoolKey key) implements PoolEvent {}

    /** There was no room, or the pool is closed. */
    record Refused(PoolKey key) implements PoolEvent {}

    /** A session left the pool and is about to be stopped. */
    record Dropped(PoolKey key, Reason reason) implements PoolEvent {}

    /** It was stopped. */
    record Stopped(PoolKey key) implements PoolEvent {}

    /** The service did not stop it; it ends with its lifetime. */
    record StopFailed(PoolKey key) implements PoolEvent {}

    /** Why a session left the pool. */
    enum Reason {
        /** To make room under the cap or the limit. */
        EVICTED,
        /** Stale, or near the end of its life. */
        PRUNED, FLUSHED,
        /** What was called in it may still be at work. */
        QUARANTINED, CLOSED
    }
}
