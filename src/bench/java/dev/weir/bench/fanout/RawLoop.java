package dev.weir.bench.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread of {@link RawServer}: the last 64 MiB of the stream in a ring, and how far each of its subscribers is. */
final class RawLoop implements Runnable {
    private static final int RING = 64 << 20;
    private static final int SPARE = 4 << 20;
    private static final int READ = 512 * 1024;

    private final boolean webSocket;
    private final boolean batch;
    private final List<RawLoop> all;
    private final Selector selector;
    private final ByteBuffer ring = ByteBuffer.allocateDirect(RING);
    private final ByteBuffer window = ring.duplicate();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
    private final byte[] work = new byte[READ + SPARE];
    private final List<Peer> subscribers = new ArrayList<>();
    private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> lines = new ConcurrentLinkedQueue<>();
    private long head;
    private boolean dirty;

    /** One connection. */
    private static final class Peer {
        private final SelectionKey key;
        private byte[] rest = {};
        private Chunks chunks;
        private long position;
        private boolean blocked;

        Peer(SelectionKey key) {
            this.key = key;
        }

        SocketChannel channel() {
            return (SocketChannel) key.channel();
        }
    }

    RawLoop(boolean webSocket, boolean batch, List<RawLoop> all) throws IOException {
        this.webSocket = webSocket;
        this.batch = batch;
        this.all = all;
        selector = Selector.open();
    }

    /** A connection that this loop serves from now on. */
    void take(SocketChannel channel) {
        accepted.add(channel);
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (true) {
                selector.select(this::selected);
                for (SocketChannel one = accepted.poll(); one != null; one = accepted.poll()) {
                    one.configureBlocking(false);
                    one.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    SelectionKey key = one.register(selector, SelectionKey.OP_READ);
                    key.attach(new Peer(key));
                }
                for (byte[] some = lines.poll(); some != null; some = lines.poll()) {
                    append(some, some.length);
                }
                if (dirty) {
                    dirty = false;
                    broadcast();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void selected(SelectionKey key) {
        Peer peer = (Peer) key.attachment();
        try {
            if (key.isWritable()) {
                send(peer);
            }
            if (key.isReadable()) {
                read(peer);
            }
        } catch (IOException gone) {
            drop(peer);
        }
    }

    private void drop(Peer peer) {
        subscribers.remove(peer);
        try {
            peer.channel().close();
        } catch (IOException alreadyGone) {
            peer.key.cancel();
        }
    }

    private void read(Peer peer) throws IOException {
        buffer.clear();
        if (peer.channel().read(buffer) < 0) {
            drop(peer);
            return;
        }
        buffer.flip();
        System.arraycopy(peer.rest, 0, work, 0, peer.rest.length);
        int end = peer.rest.length;
        if (peer.chunks == null) {
            int more = buffer.remaining();
            buffer.get(work, end, more);
            end += more;
            int body = Handshake.body(work, end);
            if (body >= 0) {
                request(peer, Handshake.text(work, 0, body));
                buffer.position(buffer.limit() - (end - body));
                end = 0;
            }
        }
        if (peer.chunks != null) {
            end = publish(peer.chunks.decode(buffer, work, end));
        }
        peer.rest = Arrays.copyOf(work, end);
        if (peer.chunks != null && peer.chunks.over()) {
            peer.channel().write(Handshake.ascii("HTTP/1.1 204 No Content\r\n\r\n"));
            peer.chunks = null;
        }
    }

    private void request(Peer peer, String head) throws IOException {
        if (head.startsWith("POST ")) {
            peer.chunks = new Chunks();
            return;
        }
        String answer = webSocket
                ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + Handshake.accept(Handshake.header(head, "sec-websocket-key").orElse(""))
                        + "\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";
        peer.channel().write(Handshake.ascii(answer));
        peer.position = head();
        subscribers.add(peer);
    }

    private long head() {
        return head;
    }

    /** Publishes the whole lines; moves what is left to the beginning of {@link #work} and returns its length. */
    private int publish(int end) {
        int whole = end;
        while (whole > 0 && work[whole - 1] != '\n') {
            whole--;
        }
        if (whole > 0) {
            byte[] shared = all.size() > 1 ? Arrays.copyOf(work, whole) : work;
            for (RawLoop loop : all) {
                if (loop != this) {
                    loop.lines.add(shared);
                    loop.selector.wakeup();
                }
            }
            append(shared, whole);
        }
        System.arraycopy(work, whole, work, 0, end - whole);
        return end - whole;
    }

    private void append(byte[] some, int end) {
        int from = 0;
        for (int p = 0; p < end; p++) {
            if (some[p] == '\n') {
                message(some, from, p - from);
                from = p + 1;
            }
        }
    }

    private void message(byte[] some, int from, int length) {
        if (webSocket) {
            ByteBuffer frame = ByteBuffer.allocate(4).put((byte) 0x81);
            if (length < 126) {
                frame.put((byte) length);
            } else {
                frame.put((byte) 126).putShort((short) length);
            }
            write(frame.array(), 0, frame.position());
            write(some, from, length);
        } else {
            write(DATA, 0, DATA.length);
            write(some, from, length);
            write(BLANK, 0, BLANK.length);
        }
        if (batch) {
            dirty = true;
        } else {
            broadcast();
        }
    }

    private static final byte[] DATA = Payload.ascii("data: ");
    private static final byte[] BLANK = Payload.ascii("\n\n");

    private void write(byte[] some, int from, int length) {
        int at = (int) (head & (RING - 1));
        int first = Math.min(length, RING - at);
        ring.put(at, some, from, first);
        ring.put(0, some, from + first, length - first);
        head += length;
    }

    private void broadcast() {
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            Peer peer = subscribers.get(i);
            if (!peer.blocked) {
                try {
                    send(peer);
                } catch (IOException gone) {
                    drop(peer);
                }
            }
        }
    }

    /** Whoever is further behind than the ring reaches is cut off. */
    private void send(Peer peer) throws IOException {
        if (head - peer.position > RING - SPARE) {
            drop(peer);
            return;
        }
        while (peer.position < head) {
            int at = (int) (peer.position & (RING - 1));
            window.clear().position(at).limit((int) Math.min(RING, at + head - peer.position));
            int written = peer.channel().write(window);
            peer.position += written;
            if (window.hasRemaining()) {
                block(peer, true);
                return;
            }
        }
        block(peer, false);
    }

    private static void block(Peer peer, boolean blocked) {
        if (peer.blocked != blocked) {
            peer.blocked = blocked;
            peer.key.interestOps(blocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }
}
