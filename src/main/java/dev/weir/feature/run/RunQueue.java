package dev.weir.feature.run;

import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Runs waiting for an executing side; at least once, roughly first in first out. Changes complete once durable. */
public interface RunQueue {
    /** Adds a run; nothing changes if it is there already. Fails with {@code Unavailable} when the queue takes no more. */
    Future<Void> offer(RunId run);

    /** Takes up to {@code max} visible messages, hiding each until {@code until}. */
    Future<List<Leased>> lease(int max, Instant now, Instant until);

    /** Hides a leased message for longer; false if the lease was lost. */
    Future<Boolean> extend(String receipt, Instant until);

    /** Removes a message; idempotent. */
    Future<Void> acknowledge(String receipt);

    /** Makes a message visible again at once. */
    Future<Void> release(String receipt);

    /** Makes every message visible at once: for a queue that only one gateway can have open, when that gateway starts. */
    Future<Integer> releaseAll();

    /**
     * A message taken.
     *
     * @param receives how often it was taken, this time included
     */
    record Leased(RunId run, String receipt, int receives) {}
}
