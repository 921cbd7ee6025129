package dev.weir.feature.run;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * How much of a run's log to keep: the newest events up to a number of bytes. What an earlier gateway wrote is not counted. Remembers
 * chunks, not events, so that it stays small.
 */
final class LogWindow {
    private static final int CHUNKS = 64;

    private final long maxBytes;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private long bytes;

    LogWindow(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private record Chunk(EventId first, long bytes) {}

    /** Events were logged; the first event to keep if there are too many now. */
    Optional<EventId> add(List<RunEvent> logged) {
        long size = logged.stream().mapToLong(RunEvent::weight).sum();
        bytes += size;
        Chunk newest = chunks.peekLast();
        if (newest != null && newest.bytes() < maxBytes / CHUNKS) {
            chunks.removeLast();
            chunks.addLast(new Chunk(newest.first(), newest.bytes() + size));
        } else {
            chunks.addLast(new Chunk(logged.getFirst().id(), size));
        }
        boolean tooMany = bytes > maxBytes && chunks.size() > 1;
        while (bytes > maxBytes && chunks.size() > 1) {
            bytes -= chunks.removeFirst().bytes();
        }
        return tooMany ? Optional.of(chunks.getFirst().first()) : Optional.empty();
    }
}
