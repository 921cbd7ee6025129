package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What goes to the agent: lines in order, each kept until the service has confirmed it, so that after a broken connection the ones that
 * had not arrived can be sent again. One event loop.
 */
final class Outbox {
    private static final long WINDOW = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * One line.
     *
     * @param id of a request of the client's, else empty
     */
    record Entry(Buffer line, String id) {}

    private final Context context;
    private final long capacity;
    private final Runnable onRoom;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Deque<Entry> sent = new ArrayDeque<>();
    private AgentShell shell;
    private long bytes;
    private long sentBytes;
    private long arrived;
    private boolean open;
    private boolean confirming;
    private int rounds;

    /** @param onRoom there is less in it than before */
    Outbox(Context context, long capacity, Runnable onRoom) {
        this.context = context;
        this.capacity = capacity;
        this.onRoom = onRoom;
    }

    void use(AgentShell newShell) {
        shell = newShell;
    }

    void add(Entry entry) {
        waiting.add(entry);
        bytes += entry.line().length();
        pump();
    }

    boolean isFull() {
        return bytes >= capacity;
    }

    /** How many lines are known to have arrived since the launch; negative if that is not known any more. */
    long arrived() {
        return arrived;
    }

    boolean hasUnconfirmed() {
        return !sent.isEmpty();
    }

    /** The agent reads; send. */
    void open(long arrivedSoFar) {
        arrived = arrivedSoFar;
        open = true;
        pump();
    }

    /** The connection is gone, or the agent is: nothing is sent until {@link #open}. */
    void close() {
        open = false;
        confirming = false;
        rounds++;
    }

    /** The first {@code count} unconfirmed lines had arrived; the others go again. */
    void settle(long count) {
        for (long i = 0; i < count && !sent.isEmpty(); i++) {
            drop(sent.removeFirst());
        }
        while (!sent.isEmpty()) {
            waiting.addFirst(sent.removeLast());
        }
        sentBytes = 0;
        onRoom.run();
    }

    /** Whether the request has not been sent yet. */
    boolean isWaiting(String id) {
        return waiting.stream().anyMatch(entry -> entry.id().equals(id));
    }

    /** Drops what waits and was meant for an agent that is gone: answers and notices. */
    void forgetAnswers() {
        waiting.removeIf(entry -> {
            boolean stale = entry.id().isEmpty();
            bytes -= stale ? entry.line().length() : 0;
            return stale;
        });
    }

    /** Gives up the unconfirmed lines. */
    List<Entry> forgetUnconfirmed() {
        List<Entry> lost = new ArrayList<>(sent);
        sent.clear();
        sentBytes = 0;
        lost.forEach(entry -> bytes -= entry.line().length());
        onRoom.run();
        return lost;
    }

    private void pump() {
        while (open && !waiting.isEmpty() && (sent.isEmpty() || sentBytes < WINDOW)) {
            Entry entry = waiting.removeFirst();
            sent.addLast(entry);
            sentBytes += entry.line().length();
            shell.write(Buffer.buffer(entry.line().length() + 1).appendBuffer(entry.line()).appendByte((byte) '\n'));
        }
        confirm();
    }

    private void confirm() {
        if (confirming || !open || sent.isEmpty()) {
            return;
        }
        confirming = true;
        int count = sent.size();
        int round = ++rounds;
        shell.confirm().onSuccess(v -> context.runOnContext(w -> confirmed(round, count)));
        // A service that echoes nothing would otherwise hold the client up for ever.
        long _ = context.owner().setTimer(PATIENCE.toMillis(), id -> confirmed(round, count));
    }

    private void confirmed(int round, int count) {
        if (!confirming || round != rounds) {
            return;
        }
        confirming = false;
        for (int i = 0; i < count; i++) {
            Entry entry = sent.removeFirst();
            sentBytes -= entry.line().length();
            drop(entry);
        }
        onRoom.run();
        pump();
    }

    private void drop(Entry entry) {
        bytes -= entry.line().length();
        arrived++;
    }
}
