package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The newest events of one attempt, in a ring. One thread writes; any thread reads without locks: a reader takes the head, then checks of
 * every slot that it still holds the number it came for. Events that are not durable yet are never overwritten, so what left the ring is
 * in the log.
 */
final class Tail {
    private final int attempt;
    private final int mask;
    private final int maxBytes;
    private final AtomicReferenceArray<RunEvent> slots;
    private int bytes;
    private long durable;
    private volatile long oldest;
    private volatile long head;
    private volatile long expected;

    /**
     * @param base the number of the last event before the ring's first
     * @param maxEvents rounded up to a power of two
     */
    Tail(int attempt, long base, int maxEvents, int maxBytes) {
        int size = Integer.highestOneBit(Math.max(2, maxEvents - 1)) << 1;
        this.attempt = attempt;
        this.mask = size - 1;
        this.maxBytes = maxBytes;
        this.slots = new AtomicReferenceArray<>(size);
        this.durable = base;
        this.head = base;
        this.oldest = base + 1;
        this.expected = base;
    }

    /** Adds events that follow the head without a gap. The writer keeps those not yet durable below the ring's size. */
    void publish(List<RunEvent> events) {
        long next = head;
        for (RunEvent event : events) {
            next++;
            if (event.id().attempt() != attempt || event.id().n() != next) {
                throw new IllegalStateException(
                        "event " + event.id() + " does not follow " + attempt + "-" + (next - 1));
            }
            makeRoom(next);
            slots.set((int) next & mask, event);
            bytes += event.weight();
        }
        head = next;
    }

    /** Events up to {@code n} are in the log: they may be overwritten from now on. */
    void durable(long n) {
        durable = Math.max(durable, n);
        while (bytes > maxBytes && oldest <= Math.min(durable, head)) {
            dropOldest();
        }
    }

    private void makeRoom(long next) {
        if (next - oldest > mask) {
            if (oldest > durable) {
                throw new IllegalStateException("more events are not durable than the ring can hold");
            }
            dropOldest();
        }
    }

    private void dropOldest() {
        long first = oldest;
        RunEvent gone = slots.getAndSet((int) first & mask, null);
        bytes -= gone.weight();
        oldest = first + 1;
    }

    /** The runner has events up to {@code n}: a reader that saw one of those before a crash will see the next here. */
    void expect(long n) {
        expected = n;
    }

    /** Whether {@code id} is, or is about to be, an event of this attempt. */
    boolean knows(EventId id) {
        return id.attempt() == attempt && id.n() <= Math.max(head, expected);
    }

    /** Whether nothing follows {@code position} yet. */
    boolean isHead(EventId position) {
        return position.attempt() == attempt && position.n() >= head;
    }

    /**
     * What follows {@code after}, empty at the head.
     *
     * @return nothing if that is not in the ring (any more): the log has it
     */
    Optional<List<RunEvent>> read(EventId after, int maxEvents, int maxBytes) {
        boolean fromStart = after.equals(EventId.START) && attempt == 1;
        boolean here = fromStart || after.attempt() == attempt;
        long at = after.n();
        long last = head;
        if (!here || at + 1 < oldest) {
            return Optional.empty();
        }
        List<RunEvent> events = new ArrayList<>();
        int weight = 0;
        for (long n = at + 1; n <= last && events.size() < maxEvents && weight < maxBytes; n++) {
            RunEvent event = slots.get((int) n & mask);
            if (event == null || event.id().n() != n) {
                return events.isEmpty() ? Optional.empty() : Optional.of(events);
            }
            events.add(event);
            weight += event.weight();
        }
        return Optional.of(events);
    }
}
