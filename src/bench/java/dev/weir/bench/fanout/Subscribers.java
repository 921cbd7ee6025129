package dev.weir.bench.fanout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** All connections of a measurement: opens them, a bounded number at a time, and reads from them into one buffer that they share. */
final class Subscribers {
    private static final int AT_A_TIME = 256;
    private static final int READ = 512 * 1024;
    private static final int MAX_EVENT = 2 * 1024 * 1024;
    private static final int PER_ADDRESS = 5_000;
    private static final int SMALL = 4096;

    private final Load load;
    private final Selector selector;
    private final EventReader reader;
    private final LongSupplier clock;
    private final List<Subscriber> all = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
    private final byte[] work = new byte[READ + MAX_EVENT];
    private int underWay;
    private int ready;
    private int refused;
    private int closedEarly;
    private long reads;
    private String refusal = "";

    Subscribers(Load load, Selector selector, Deliveries deliveries, LongSupplier clock) {
        this.load = load;
        this.selector = selector;
        this.clock = clock;
        Payload payload = new Payload(load.events().size());
        reader = load.events().protocol() == Load.Protocol.SSE
                ? new SseReader(payload, deliveries, true)
                : new FrameReader(payload, deliveries);
    }

    int ready() {
        return ready;
    }

    int refused() {
        return refused;
    }

    int closedEarly() {
        return closedEarly;
    }

    /** The first answer that was not a stream. */
    String refusal() {
        return refusal;
    }

    long reads() {
        return reads;
    }

    void restart() {
        reads = 0;
    }

    /** Opens as many as may be under way. */
    void open() throws IOException {
        while (all.size() < load.events().subscribers() && underWay < AT_A_TIME && refused == 0) {
            openOne(all.size());
        }
    }

    private void openOne(int id) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean slow = load.pause().every() > 0 && id % load.pause().every() == 0;
        if (slow) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
        }
        if (load.events().subscribers() > PER_ADDRESS) {
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0,
                (byte) (2 + id / PER_ADDRESS)}), 0));
        }
        Subscriber subscriber = new Subscriber(id, slow,
                channel.register(selector, SelectionKey.OP_CONNECT));
        subscriber.key().attach(subscriber);
        all.add(subscriber);
        underWay++;
        channel.connect(Handshake.local(load.target().port()));
    }

    /** Something can be done on a connection. */
    void selected(Subscriber subscriber) {
        try {
            if (subscriber.key().isConnectable()) {
                subscriber.channel().finishConnect();
                subscriber.key().interestOps(SelectionKey.OP_READ);
                subscriber.state(Subscriber.State.HEAD);
                subscriber.send(Handshake.request(load));
                flush(subscriber);
                return;
            }
            if (subscriber.key().isWritable()) {
                flush(subscriber);
            }
            if (subscriber.key().isReadable()) {
                read(subscriber);
            }
        } catch (IOException e) {
            lost(subscriber, String.valueOf(e.getMessage()));
        }
    }

    private static void flush(Subscriber subscriber) throws IOException {
        subscriber.channel().write(subscriber.unsent());
        if (subscriber.unsent().hasRemaining()) {
            subscriber.key().interestOpsOr(SelectionKey.OP_WRITE);
        } else {
            subscriber.key().interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    private void read(Subscriber subscriber) throws IOException {
        buffer.clear();
        int length = subscriber.channel().read(buffer);
        buffer.flip();
        if (length < 0) {
            lost(subscriber, "closed");
        } else if (length > 0) {
            reads++;
            if (subscriber.state() == Subscriber.State.EVENTS) {
                events(subscriber);
            } else {
                head(subscriber);
            }
        }
    }

    private void head(Subscriber subscriber) {
        int begin = subscriber.restore(work);
        int end = begin + buffer.remaining();
        buffer.get(work, begin, buffer.remaining());
        int body = Handshake.body(work, end);
        if (body < 0) {
            subscriber.keep(work, 0, end);
            return;
        }
        String head = Handshake.text(work, 0, body);
        if (!Handshake.granted(head, load.events().protocol())) {
            lost(subscriber, Handshake.text(work, 0, end));
            return;
        }
        subscriber.state(Subscriber.State.EVENTS);
        if (Handshake.chunked(head)) {
            subscriber.chunked();
        }
        subscriber.keep(work, 0, 0);
        underWay--;
        ready++;
        buffer.position(buffer.limit() - (end - body));
        if (buffer.hasRemaining()) {
            events(subscriber);
        }
    }

    private void events(Subscriber subscriber) {
        long now = clock.getAsLong();
        int end = subscriber.restore(work);
        if (subscriber.chunks() == null) {
            int more = buffer.remaining();
            buffer.get(work, end, more);
            end += more;
        } else {
            end = subscriber.chunks().decode(buffer, work, end);
        }
        int used = reader.read(subscriber, work, end, now);
        if (used < 0 || end - used > MAX_EVENT) {
            lost(subscriber, "not understood, or a close frame");
            return;
        }
        subscriber.keep(work, used, end);
        if (subscriber.chunks() != null && subscriber.chunks().over()) {
            lost(subscriber, "the body ended");
        }
    }

    private void lost(Subscriber subscriber, String why) {
        if (subscriber.state() == Subscriber.State.EVENTS) {
            closedEarly++;
        } else {
            refused++;
        }
        if (refusal.isEmpty()) {
            refusal = why;
        }
        subscriber.state(Subscriber.State.CLOSED);
        close(subscriber);
    }

    private static void close(Subscriber subscriber) {
        try {
            subscriber.channel().close();
        } catch (IOException alreadyGone) {
            subscriber.key().cancel();
        }
    }

    /** Lets those that are slow stop reading, or go on. */
    void pause(boolean stop) {
        for (Subscriber subscriber : all) {
            if (subscriber.slow() && subscriber.state() == Subscriber.State.EVENTS) {
                subscriber.key().interestOps(stop ? 0 : SelectionKey.OP_READ);
            }
        }
    }

    /** Ends them all. */
    void close() {
        all.forEach(Subscribers::close);
    }
}
