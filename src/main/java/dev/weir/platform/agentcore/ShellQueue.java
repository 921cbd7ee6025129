package dev.weir.platform.agentcore;

import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What waits to go to a shell, cut into messages: small pieces of typing share one, large ones take several. One event loop. */
final class ShellQueue {
    private final Deque<Entry> entries = new ArrayDeque<>();

    /** One message, and who waits for it to be gone. */
    record Message(Buffer bytes, List<Promise<Void>> done) {}

    /** Typed bytes, of which {@code taken} are gone; or one whole message of another channel. */
    private static final class Entry {
        private final Buffer bytes;
        private final boolean typed;
        private final Promise<Void> done = Promise.promise();
        private int taken;

        Entry(Buffer bytes, boolean typed) {
            this.bytes = bytes;
            this.typed = typed;
        }

        int left() {
            return bytes.length() - taken;
        }
    }

    Future<Void> type(Buffer bytes) {
        return add(new Entry(bytes, true));
    }

    Future<Void> send(ShellFrame frame) {
        return add(new Entry(ShellFrames.encode(frame), false));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The next message. Only of a queue that is not empty. */
    Message next() {
        Entry first = entries.getFirst();
        if (!first.typed) {
            entries.removeFirst();
            return new Message(first.bytes, List.of(first.done));
        }
        Buffer typed = Buffer.buffer();
        List<Promise<Void>> finished = new ArrayList<>();
        while (!entries.isEmpty() && entries.getFirst().typed && typed.length() < ShellLimits.CHUNK) {
            Entry entry = entries.getFirst();
            int take = part(entry.left(), ShellLimits.CHUNK - typed.length());
            if (take == 0 && entry.left() > 0) {
                break;
            }
            typed.appendBuffer(entry.bytes, entry.taken, take);
            entry.taken += take;
            if (entry.left() == 0) {
                entries.removeFirst();
                finished.add(entry.done);
            }
        }
        return new Message(ShellFrames.encode(new ShellFrame.Stdin(typed)), finished);
    }

    void failAll(Throwable failure) {
        List<Entry> lost = new ArrayList<>(entries);
        entries.clear();
        lost.forEach(entry -> entry.done.tryFail(failure));
    }

    /** Never all but one byte: what is missing that only is a line without its end, which whoever types next would complete. */
    private static int part(int left, int room) {
        int take = Math.min(left, room);
        return left - take == 1 ? take - 1 : take;
    }

    private Future<Void> add(Entry entry) {
        entries.add(entry);
        return entry.done.future();
    }
}
