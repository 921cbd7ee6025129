package dev.weir.bench.fanout;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** Publishes over one connection: a line of an endless POST for each message, or a POST for each, several of them under way. */
final class Publisher {
    private static final int ROOM = 1 << 20;
    private static final int OVERHEAD = 512;

    private final Load load;
    private final Payload payload;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM);
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);
    private final byte[] postHead;
    private long published;
    private int unanswered;
    private String problem = "";

    Publisher(Load load, Selector selector) throws IOException {
        this.load = load;
        payload = new Payload(load.events().size());
        Load.Target target = load.target();
        String head = "POST " + target.publishPath() + " HTTP/1.1\r\nHost: 127.0.0.1:" + target.publishPort() + "\r\n";
        postHead = Payload.ascii(head + "Content-Length: " + payload.size() + "\r\n\r\n");
        channel = SocketChannel.open(Handshake.local(target.publishPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        if (target.way() == Load.Way.LINES) {
            out.put(Payload.ascii(head + "Transfer-Encoding: chunked\r\n\r\n"));
            flush();
        }
    }

    /** The number of the last message. */
    long published() {
        return published;
    }

    /** POSTs without an answer. */
    int unanswered() {
        return unanswered;
    }

    /** What went wrong; empty if nothing did. */
    String problem() {
        return problem;
    }

    /** Whether there is room for one more. */
    boolean ready() {
        return problem.isEmpty() && out.remaining() >= payload.size() + OVERHEAD
                && (load.target().way() == Load.Way.LINES || unanswered < load.pace().pipeline());
    }

    /** Appends the next message; {@link #flush} sends it. */
    void publish(long time) {
        published++;
        if (load.target().way() == Load.Way.POSTS) {
            out.put(postHead);
            payload.write(out, published, time);
            unanswered++;
        } else {
            out.put(Payload.ascii(Integer.toHexString(payload.size() + 1))).put((byte) '\r').put((byte) '\n');
            payload.write(out, published, time);
            out.put((byte) '\n').put((byte) '\r').put((byte) '\n');
        }
    }

    void flush() throws IOException {
        out.flip();
        channel.write(out);
        boolean more = out.hasRemaining();
        out.compact();
        key.interestOps(more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    boolean flushed() {
        return out.position() == 0;
    }

    /** Something can be done on the connection. */
    void selected() {
        try {
            if (key.isWritable()) {
                flush();
            }
            if (key.isReadable()) {
                if (channel.read(in) < 0) {
                    problem("the publisher's connection was closed");
                } else {
                    answers();
                }
            }
        } catch (IOException e) {
            problem("publishing: " + e.getMessage());
        }
    }

    private void problem(String what) {
        if (problem.isEmpty()) {
            problem = what;
        }
        key.cancel();
    }

    private void answers() {
        byte[] b = in.array();
        int at = 0;
        while (true) {
            byte[] rest = at == 0 ? b : Arrays.copyOfRange(b, at, in.position());
            int end = in.position() - at;
            int body = Handshake.body(rest, end);
            if (body < 0) {
                break;
            }
            String head = Handshake.text(rest, 0, body);
            int length = Handshake.header(head, "content-length").map(Integer::parseInt).orElse(0);
            if (end < body + length) {
                break;
            }
            if (!head.startsWith("HTTP/1.1 2") || Handshake.chunked(head)) {
                problem("publishing was answered: " + head.lines().findFirst().orElse(""));
                return;
            }
            at += body + length;
            unanswered = Math.max(0, unanswered - 1);
        }
        in.flip().position(at);
        in.compact();
    }

    /** Ends the endless POST. */
    void end() throws IOException {
        if (load.target().way() == Load.Way.LINES && problem.isEmpty()) {
            out.put(Payload.ascii("0\r\n\r\n"));
            flush();
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
