package dev.weir.wire.runner;

import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The runner's side of a run: its events, numbered from 1, kept until acknowledged. Bounded: whoever appends waits while it is full, and so does the handler
 * behind it. Output nobody has read yet grows in place, so a slow reader gets fewer and larger events.
 */
public final class RetainedEvents {
    /** What a dead handler may leave behind in its pipes is taken even when full, up to this; the rest is its children's, and dropped. */
    private static final int LEFTOVER_BYTES = 4 * 1024 * 1024;

    private final int maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private volatile Runnable listener = () -> {};
    private long first = 1;
    private long bytes;
    private long leftover;
    private boolean relaxed;
    private boolean finished;

    /**
     * No events yet.
     *
     * @param maxBytes of encoded events that wait to be acknowledged, before whoever appends has to wait
     */
    public RetainedEvents(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Consecutive encoded events, the first of which has number {@code first}; {@code last}: the final event of the run is among them. */
    public record Batch(long first, List<String> encoded, boolean last) {
        public long end() {
            return first + encoded.size() - 1;
        }
    }

    /** Called, from any thread and holding no lock, after every change worth a look: at most one listener. */
    public void onAppend(Runnable newListener) {
        listener = newListener;
    }

    /** Waits while full; then the event has the next number. */
    public void append(Event event) throws InterruptedException {
        String json = FrameCodec.tree(event).toString();
        int size = Parts.utf8Length(json, 0, json.length());
        lock.lock();
        try {
            awaitRoom(size);
            if (!finished) {
                add(new Entry(json, size));
            }
        } finally {
            lock.unlock();
        }
        listener.run();
    }

    /** Waits while full, piece by piece. */
    public void appendOutput(String stream, String text) throws InterruptedException {
        int from = 0;
        while (from < text.length()) {
            lock.lock();
            try {
                awaitRoom(Math.min(OutputText.MAX_BYTES, maxBytes / 4));
                from = appendPiece(stream, text, from);
            } finally {
                lock.unlock();
            }
            listener.run();
        }
    }

    /** From now on nobody waits: the handler is dead, what still comes is what it left. */
    public void relax() {
        lock.lock();
        try {
            relaxed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Appends the final event, full or not. */
    public void finish(Event event) {
        String json = FrameCodec.tree(event).toString();
        lock.lock();
        try {
            add(new Entry(json, Parts.utf8Length(json, 0, json.length())));
            finished = true;
            relaxed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        listener.run();
    }

    /** Events after number {@code after} whose JSON takes about {@code budget} bytes together, but at least one if there is one. */
    public Batch read(long after, int budget) {
        lock.lock();
        try {
            List<String> encoded = new ArrayList<>();
            long skip = after + 1 - first;
            long taken = 0;
            for (Entry entry : entries) {
                if (skip-- > 0) {
                    continue;
                }
                String json = entry.seal();
                taken += entry.size + 1;
                if (!encoded.isEmpty() && taken > budget) {
                    break;
                }
                encoded.add(json);
            }
            boolean last = finished && !encoded.isEmpty() && after + encoded.size() == lastNumber();
            return new Batch(after + 1, encoded, last);
        } finally {
            lock.unlock();
        }
    }

    /** Releases every event up to {@code n}; false if there is no such event yet. */
    public boolean acknowledge(long n) {
        lock.lock();
        try {
            if (n > lastNumber()) {
                return false;
            }
            while (first <= n) {
                bytes -= entries.removeFirst().size;
                first++;
            }
            room.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the oldest event still here, or of the next one. */
    public long first() {
        lock.lock();
        try {
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the newest event, 0 if there was none. */
    public long last() {
        lock.lock();
        try {
            return lastNumber();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the final event was appended and everything is acknowledged. */
    public boolean isDone() {
        lock.lock();
        try {
            return finished && entries.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private long lastNumber() {
        return first + entries.size() - 1;
    }

    private void awaitRoom(int size) throws InterruptedException {
        while (!relaxed && bytes > 0 && bytes + size > maxBytes) {
            room.await();
        }
    }

    private void add(Entry entry) {
        entries.addLast(entry);
        bytes += entry.size;
    }

    private int appendPiece(String stream, String text, int from) {
        if (finished || (relaxed && leftover > LEFTOVER_BYTES)) {
            return text.length();
        }
        int space = relaxed ? OutputText.MAX_BYTES : Math.clamp(maxBytes - bytes, 1, OutputText.MAX_BYTES);
        Entry tail = entries.peekLast();
        if (from > 0 || tail == null || !tail.takes(stream, text)) {
            tail = new Entry(stream);
            add(tail);
        } else {
            space = Math.min(space, OutputText.MAX_BYTES - tail.textBytes);
        }
        int to = OutputText.cut(text, from, space);
        int grown = tail.grow(text.substring(from, to));
        bytes += grown;
        leftover += relaxed ? grown : 0;
        return to;
    }

    /** One event: encoded, or output that may still grow. */
    private static final class Entry {
        private static final int SURROUNDINGS = 64;

        private final String stream;
        private StringBuilder text;
        private int textBytes;
        private String json;
        private int size;

        Entry(String json, int size) {
            this.stream = "";
            this.json = json;
            this.size = size;
        }

        Entry(String stream) {
            this.stream = stream;
            this.text = new StringBuilder();
            this.size = SURROUNDINGS;
        }

        /**
         * Whether {@code more} should go on here: it fits, or there is room for a good part of it, or for some whole lines. A message holds
         * one large event, so what is left free in it is lost of the rate that a connection allows.
         */
        boolean takes(String otherStream, String more) {
            int left = OutputText.MAX_BYTES - textBytes;
            if (text == null || !stream.equals(otherStream) || left <= 0) {
                return false;
            }
            return left >= OutputText.MAX_BYTES / 2
                    || (more.length() <= left && OutputText.jsonBytes(more) <= left)
                    || more.charAt(OutputText.cut(more, 0, left) - 1) == '\n';
        }

        int grow(String more) {
            text.append(more);
            int grown = OutputText.jsonBytes(more);
            textBytes += grown;
            size += grown;
            return grown;
        }

        String seal() {
            if (text != null) {
                json = FrameCodec.tree(new Output(stream, text.toString())).toString();
                text = null;
            }
            return json;
        }
    }
}
