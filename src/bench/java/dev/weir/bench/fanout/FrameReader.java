package dev.weir.bench.fanout;

import java.util.Arrays;

/** WebSocket messages in one frame each (RFC 6455). A ping is answered; a frame that is masked or a part of a message ends the connection. */
final class FrameReader implements EventReader {
    private static final int MAX_MESSAGE = 1 << 20;

    private final Payload payload;
    private final Deliveries deliveries;
    private int length;
    private int offset;

    FrameReader(Payload payload, Deliveries deliveries) {
        this.payload = payload;
        this.deliveries = deliveries;
    }

    @Override
    public int read(Subscriber subscriber, byte[] b, int end, long now) {
        int at = 0;
        while (end - at >= 2) {
            int head = head(b[at + 1]);
            if (end - at < head) {
                break;
            }
            long length = length(b, at, head);
            if (b[at + 1] < 0 || length < 0 || length > MAX_MESSAGE) {
                return -1;
            }
            int from = at + head;
            if (end - from < length) {
                break;
            }
            int to = from + (int) length;
            if (!frame(subscriber, b, at, from, to, now)) {
                return -1;
            }
            at = to;
        }
        return at;
    }

    private static int head(byte second) {
        return switch (second & 127) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    private static long length(byte[] b, int at, int head) {
        if (head == 2) {
            return b[at + 1] & 127;
        }
        long length = 0;
        for (int i = 2; i < head; i++) {
            length = (length << 8) | (b[at + i] & 255);
        }
        return length;
    }

    private boolean frame(Subscriber subscriber, byte[] b, int at, int from, int to, long now) {
        switch (b[at] & 255) {
            case 0x81 -> judge(subscriber, b, from, to, now);
            case 0x89 -> subscriber.pong(Arrays.copyOfRange(b, from, to));
            case 0x8A -> {
                return true;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void judge(Subscriber subscriber, byte[] b, int from, int to, long now) {
        if (to - from == length && payload.exact(b, from + offset, to) && payload.n() == subscriber.next()) {
            deliveries.received(subscriber, payload.n(), now - payload.t());
            return;
        }
        int begin = Payload.find(b, from, to);
        if (begin < 0) {
            return;
        }
        boolean alone = Payload.find(b, begin + 1, to) < 0;
        if (payload.exact(b, begin, to) && alone) {
            length = to - from;
            offset = begin - from;
            deliveries.received(subscriber, payload.n(), now - payload.t());
            return;
        }
        deliveries.bad(subscriber);
        payload.number(b, begin, to, Payload.HEAD.length);
        if (payload.n() >= 0) {
            deliveries.received(subscriber, payload.n(), 0);
        }
    }
}
