package dev.weir.emulator;

import dev.weir.config.EmulatorConfig.Limits;
import java.util.concurrent.TimeUnit;

/**
 * Counts one direction of one WebSocket against AgentCore's limits. A message in fragments counts by its whole size, and each fragment as
 * one towards the rate.
 */
final class MessageMeter {
    /** What became of a frame. */
    enum Reading {
        FINE, TOO_BIG, TOO_FAST
    }

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Limits limits;
    private long messageBytes;
    private long windowStart;
    private int inWindow;

    MessageMeter(Limits limits) {
        this.limits = limits;
    }

    Reading count(int bytes, boolean isLast, long nanoTime) {
        if (inWindow == 0 || nanoTime - windowStart >= SECOND) {
            windowStart = nanoTime;
            inWindow = 0;
        }
        inWindow++;
        messageBytes += bytes;
        if (messageBytes > limits.maxMessageBytes()) {
            return Reading.TOO_BIG;
        }
        if (isLast) {
            messageBytes = 0;
        }
        return inWindow > limits.maxMessagesPerSecond() ? Reading.TOO_FAST : Reading.FINE;
    }
}
