package dev.weir.feature.run;

import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Runs waiting for an executing side; at least once, roughly first in first out for each tenant. Tenants take turns, however many runs each
 * has waiting. Changes complete once durable.
 */
public interface RunQueue {
    /** Where runs wait: long ones apart, so that they can be given fewer places and never fill all of them. */
    enum Line {
        SHORT, LONG
    }

    /**
     * Whose run it is, and where it waits.
     *
     * @param tenant whose turn it takes; empty for the line of those of whom that is not known
     */
    record Place(String tenant, Line line) {
        public static final Place UNKNOWN = new Place("", Line.SHORT);
    }

    /**
     * Adds a run; nothing changes if it is there already, or among the dead letters. Fails with {@code Unavailable} when the queue takes no
     * more, or no more of this tenant.
     */
    Future<Void> offer(RunId run, Place place);

    /** Adds a run at {@link Place#UNKNOWN}. */
    default Future<Void> offer(RunId run) {
        return offer(run, Place.UNKNOWN);
    }

    /**
     * Takes up to {@code max} visible messages of {@code lines}, hiding each until {@code until}. A message that was taken as often as this
     * queue allows is not taken again: it becomes a dead letter.
     */
    Future<List<Leased>> lease(Set<Line> lines, int max, Instant now, Instant until);

    /** Takes from any line. */
    default Future<List<Leased>> lease(int max, Instant now, Instant until) {
        return lease(EnumSet.allOf(Line.class), max, now, until);
    }

    /** Hides a leased message for longer; false if the lease was lost. */
    Future<Boolean> extend(String receipt, Instant until);

    /** Removes a message; idempotent. */
    Future<Void> acknowledge(String receipt);

    /** Gives a leased message back, visible from {@code visibleAt} on; that it was taken this time does not count. Idempotent. */
    Future<Void> release(String receipt, Instant visibleAt);

    /** Gives a leased message back at once. */
    default Future<Void> release(String receipt) {
        return release(receipt, Instant.EPOCH);
    }

    /** Makes every message visible at once: for a queue that only one gateway can have open, when that gateway starts. */
    Future<Integer> releaseAll();

    /** Makes a leased message a dead letter: nobody will ever be able to execute it. False if the lease was lost. */
    Future<Boolean> bury(String receipt, String reason, Instant now);

    /** Dead letters whose run was not told yet, oldest first: each of these runs has to be failed, or it waits for ever. */
    Future<List<DeadLetter>> untold(int max);

    /** Notes that the dead letter's run was failed; the letter stays. Idempotent. */
    Future<Void> told(RunId run);

    /** Every dead letter, newest first. */
    Future<List<DeadLetter>> deadLetters(int max);

    /** Forgets a dead letter, so that its run may be offered again; false if there is none. */
    Future<Boolean> exhume(RunId run);

    /**
     * A message taken.
     *
     * @param receives how often it was taken, this time included
     */
    record Leased(RunId run, String receipt, int receives) {}

    /** A message that is not tried any more. */
    record DeadLetter(RunId run, Place place, int receives, String reason, Instant at) {}
}
