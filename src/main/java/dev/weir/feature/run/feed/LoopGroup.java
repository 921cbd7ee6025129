package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.RunLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private static final int MAX_LOGGED = 256;
    /** Nearly all readers are at one; some have been held up. */
    private static final int MAX_POSITIONS = 16;

    private final RunId run;
    private final Executor loop;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Cursor> members = new ArrayList<>();
    /** What follows a position, for those who come to it next; of {@link #sharedTail}. */
    private final Map<EventId, Batch> shared = new HashMap<>();
    private Tail sharedTail;
    /** Who waits for a read of the log that is under way, by where it begins: who was held up together goes on together. */
    private final Map<EventId, List<Cursor>> reading = new HashMap<>();

    LoopGroup(RunId run, Executor loop) {
        this.run = run;
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

    /** The head has moved (or will have by the next turn), or nobody is left: what was shared is not shared any more. */
    void forget() {
        shared.values().forEach(Batch::release);
        shared.clear();
    }

    /** What the ring has after {@code from}: a batch with nothing in it at the head, or empty if the ring does not reach back so far. */
    Optional<Batch> next(Tail tail, EventId from) {
        if (tail != sharedTail || shared.size() == MAX_POSITIONS) {
            forget();
            sharedTail = tail;
        }
        Batch known = shared.get(from);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Batch> read = tail.read(from, MAX_EVENTS, MAX_BYTES).map(Batch::new);
        read.filter(batch -> !batch.events().isEmpty()).ifPresent(batch -> shared.put(from, batch));
        return read;
    }

    /**
     * Reads what the log has after {@code from} for {@code cursor}, and for all that come to the same position before the answer does.
     *
     * @param terminal the run's last event, if it is known before the read: those who join it later know no more from it
     */
    void readLog(RunLog log, EventId from, RunEvent terminal, Cursor cursor) {
        List<Cursor> waiting = reading.get(from);
        if (waiting != null) {
            waiting.add(cursor);
            return;
        }
        List<Cursor> first = new ArrayList<>(List.of(cursor));
        reading.put(from, first);
        log.read(run, from, MAX_LOGGED, MAX_BYTES).onComplete(read -> loop.execute(() -> {
            reading.remove(from);
            if (read.failed()) {
                first.forEach(one -> one.failed(read.cause()));
                return;
            }
            Optional<Batch> batch = read.result().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Batch(read.result()));
            first.forEach(one -> one.logged(batch, terminal));
            batch.ifPresent(Batch::release);
        }));
    }
}
