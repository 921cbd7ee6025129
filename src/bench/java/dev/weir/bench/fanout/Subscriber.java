package dev.weir.bench.fanout;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One connection: what it waits for, and the bytes of an event that has not come whole. */
final class Subscriber {
    /** How far it is. */
    enum State {
        CONNECTING, HEAD, EVENTS, CLOSED
    }

    private static final byte[] NONE = {};

    private final int id;
    private final boolean slow;
    private final SelectionKey key;
    private State state = State.CONNECTING;
    private long next = 1;
    private Chunks chunks;
    private byte[] rest = NONE;
    private int restLength;
    private ByteBuffer unsent = ByteBuffer.allocate(0);

    Subscriber(int id, boolean slow, SelectionKey key) {
        this.id = id;
        this.slow = slow;
        this.key = key;
    }

    int id() {
        return id;
    }

    /** Whether it is one of those that stop reading for a while. */
    boolean slow() {
        return slow;
    }

    SelectionKey key() {
        return key;
    }

    SocketChannel channel() {
        return (SocketChannel) key.channel();
    }

    State state() {
        return state;
    }

    void state(State now) {
        state = now;
    }

    /** The number that is due. */
    long next() {
        return next;
    }

    void next(long due) {
        next = due;
    }

    /** How the body is coded; null if it is not. */
    Chunks chunks() {
        return chunks;
    }

    void chunked() {
        chunks = new Chunks();
    }

    /** Puts what was kept at the beginning of {@code work}; its length. */
    int restore(byte[] work) {
        System.arraycopy(rest, 0, work, 0, restLength);
        return restLength;
    }

    void keep(byte[] work, int from, int to) {
        restLength = to - from;
        if (rest.length < restLength) {
            rest = Arrays.copyOfRange(work, from, from + Integer.highestOneBit(restLength) * 2);
        } else {
            System.arraycopy(work, from, rest, 0, restLength);
        }
    }

    /** What could not be sent at once is sent when there is room. */
    ByteBuffer unsent() {
        return unsent;
    }

    void send(ByteBuffer bytes) {
        unsent = ByteBuffer.allocate(unsent.remaining() + bytes.remaining()).put(unsent).put(bytes).flip();
    }

    /** Answers a ping. The mask is all zeros: it protects proxies from scripts in browsers, and there are none here. */
    void pong(byte[] of) {
        send(ByteBuffer.allocate(6 + of.length).put((byte) 0x8A).put((byte) (0x80 | of.length)).putInt(0).put(of)
                .flip());
        key.interestOpsOr(SelectionKey.OP_WRITE);
    }
}
