package dev.weir.platform.http;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Notices that a peer which owes us something has been silent for too long. Time during which the peer owes nothing (we hold it up, or
 * have not sent our part) does not count, which is what the idle timeouts of Vert.x cannot tell. Everything happens on the event loop
 * context that called {@link #start}; expires at most once.
 */
public final class SilenceWatch {
    private static final long NONE = -1;

    private final Vertx vertx;
    private final Duration limit;
    private final BooleanSupplier peerOwes;
    private final Runnable expired;
    private long lastSign;
    private long timer = NONE;

    public SilenceWatch(Vertx vertx, Duration limit, BooleanSupplier peerOwes, Runnable expired) {
        this.vertx = vertx;
        this.limit = limit;
        this.peerOwes = peerOwes;
        this.expired = expired;
    }

    public void start() {
        touch();
        arm(limit.toNanos());
    }

    /** A sign of life, or the moment from which the peer owes one. Costs no more than reading the clock. */
    public void touch() {
        lastSign = System.nanoTime();
    }

    public void stop() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    private void arm(long nanos) {
        timer = vertx.setTimer(Math.max(1, Duration.ofNanos(nanos).plusNanos(999_999).toMillis()), id -> look());
    }

    private void look() {
        timer = NONE;
        if (!peerOwes.getAsBoolean()) {
            touch();
        }
        long left = limit.toNanos() - (System.nanoTime() - lastSign);
        if (left > 0) {
            arm(left);
        } else {
            expired.run();
        }
    }
}
