package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
    private static final long UNKNOWN = Long.MIN_VALUE / 2;

    /**
     * One line.
     *
     * @param id of a request of the client's, else empty
     * @param session whose request of the agent's this answers, else empty
     */
    record Entry(Buffer line, String id, String session) {
        Entry(Buffer line, String id) {
            this(line, id, "");
        }
    }

    private final Context context;
    private final long capacity;
    private final Duration patience;
    private final Runnable onRoom;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Deque<Entry> sent = new ArrayDeque<>();
    private final List<Entry> doubtful = new ArrayList<>();
    private AgentShell shell;
    private Future<Void> written = Future.succeededFuture();
    private long bytes;
    private long arrived;
    private boolean open;
    private int connection;
    /** Of the lines sent on this connection: how many are confirmed, do not count in the window, and were last asked about. */
    private long confirmed;
    private long beyondWindow;
    private long asked;
    private long inWindow;
    private long timer = -1;

    /** @param onRoom there is less in it than before */
    Outbox(Context context, long capacity, Runnable onRoom) {
        this(context, capacity, PATIENCE, onRoom);
    }

    /** @param patience with a service that has taken all bytes and confirms nothing, before more is sent */
    Outbox(Context context, long capacity, Duration patience, Runnable onRoom) {
        this.context = context;
        this.capacity = capacity;
        this.patience = patience;
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
        connection++;
        confirmed = 0;
        beyondWindow = 0;
        asked = 0;
        inWindow = 0;
        context.owner().cancelTimer(timer);
    }

    /** The first {@code count} unconfirmed lines had arrived; the others go again. */
    void settle(long count) {
        for (long i = 0; i < count && !sent.isEmpty(); i++) {
            bytes -= sent.removeFirst().line().length();
        }
        while (!sent.isEmpty()) {
            waiting.addFirst(sent.removeLast());
        }
        doubtful.clear();
        onRoom.run();
    }

    /** Whether the request has not been sent yet. */
    boolean isWaiting(String id) {
        return waiting.stream().anyMatch(entry -> entry.id().equals(id));
    }

    /** Takes back what has not been sent of a request. */
    void withdraw(String id) {
        waiting.removeIf(entry -> {
            boolean its = entry.id().equals(id);
            bytes -= its ? entry.line().length() : 0;
            return its;
        });
        onRoom.run();
    }

    /** Whether it is not known to have arrived. */
    boolean holds(Entry entry) {
        return waiting.contains(entry) || sent.contains(entry);
    }

    /** Drops what waits and was meant for an agent that is gone: answers and notices. */
    void forgetAnswers() {
        waiting.removeIf(entry -> {
            boolean stale = entry.id().isEmpty();
            bytes -= stale ? entry.line().length() : 0;
            return stale;
        });
        onRoom.run();
    }

    /** Gives up the unconfirmed lines, and names those that were given up before. */
    List<Entry> forgetUnconfirmed() {
        List<Entry> lost = new ArrayList<>(doubtful);
        lost.addAll(sent);
        doubtful.clear();
        sent.forEach(entry -> bytes -= entry.line().length());
        sent.clear();
        onRoom.run();
        return lost;
    }

    private void pump() {
        while (open && !waiting.isEmpty() && inWindow < WINDOW) {
            Entry entry = waiting.removeFirst();
            sent.addLast(entry);
            inWindow += entry.line().length();
            written = shell.write(
                    Buffer.buffer(entry.line().length() + 1).appendBuffer(entry.line()).appendByte((byte) '\n'));
        }
        if (open && asked == confirmed && !sent.isEmpty()) {
            confirm();
        }
    }

    private void confirm() {
        long upTo = confirmed + sent.size();
        int current = connection;
        asked = upTo;
        shell.confirm().onSuccess(v -> context.runOnContext(w -> arrived(current, upTo)));
        written.onSuccess(v -> context.runOnContext(w -> {
            if (current == connection && confirmed < upTo) {
                timer = context.owner().setTimer(patience.toMillis(), id -> unconfirmed(current, upTo));
            }
        }));
    }

    private void arrived(int current, long upTo) {
        if (current != connection || confirmed >= upTo) {
            return;
        }
        while (confirmed < upTo) {
            takeFirst();
            arrived++;
        }
        if (asked == upTo) {
            context.owner().cancelTimer(timer);
        }
        onRoom.run();
        pump();
    }

    /** The service echoes nothing, or holds it all up: more may be sent, and nothing is taken for arrived. */
    private void unconfirmed(int current, long upTo) {
        if (current != connection || asked != upTo) {
            return;
        }
        long at = confirmed;
        for (Entry entry : sent) {
            inWindow -= at >= beyondWindow && at < upTo ? entry.line().length() : 0;
            at++;
        }
        beyondWindow = upTo;
        if (isFull()) {
            giveUp(upTo);
        }
        asked = confirmed;
        pump();
    }

    /** There must be room for others in the end; what becomes of these is found out after a broken connection, if ever. */
    private void giveUp(long upTo) {
        while (confirmed < upTo) {
            Entry entry = takeFirst();
            if (!entry.id().isEmpty() || !entry.session().isEmpty()) {
                doubtful.add(new Entry(Buffer.buffer(), entry.id(), entry.session()));
            }
        }
        arrived = UNKNOWN;
        onRoom.run();
    }

    private Entry takeFirst() {
        Entry entry = sent.removeFirst();
        inWindow -= confirmed >= beyondWindow ? entry.line().length() : 0;
        bytes -= entry.line().length();
        confirmed++;
        return entry;
    }
}
