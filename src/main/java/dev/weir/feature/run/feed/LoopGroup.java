package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A run's readers on one event loop. However many events come while a turn is pending, the turn runs once, and readers at the same position
 * (nearly all) share one batch. Confined to its loop, except {@link #schedule}.
 */
final class LoopGroup {
    private static final int MAX_EVENTS = 512;
    private static final int MAX_BYTES = 128 * 1024;

    private final Executor loop;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Cursor> members = new ArrayList<>();
    private Tail sharedTail;
    private EventId sharedFrom;
    private Optional<Batch> shared = Optional.empty();

    LoopGroup(Executor loop) {
        this.loop = loop;
    }

    Executor loop() {
        return loop;
    }

    void add(Cursor cursor) {
        cursor.index = members.size();
        members.add(cursor);
    }

    /** Constant time: the last member takes the place; a running turn walks downwards, so it skips nobody. */
    void remove(Cursor cursor) {
        Cursor last = members.removeLast();
        if (last != cursor) {
            members.set(cursor.index, last);
            last.index = cursor.index;
        }
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::turn);
        }
    }

    private void turn() {
        scheduled.set(false);
        forget();
        for (int i = members.size() - 1; i >= 0; i--) {
            if (i < members.size()) {
                members.get(i).look();
            }
        }
        forget();
    }

    /** The head has moved (or will have by the next turn). */
    private void forget() {
        sharedTail = null;
        shared = Optional.empty();
    }

    /** What the ring has after {@code from}: a batch with nothing in it at the head, or empty if the ring does not reach back so far. */
    Optional<Batch> next(Tail tail, EventId from) {
        if (tail != sharedTail || !from.equals(sharedFrom)) {
            shared = tail.read(from, MAX_EVENTS, MAX_BYTES).map(Batch::new);
            sharedTail = tail;
            sharedFrom = from;
        }
        return shared;
    }
}
