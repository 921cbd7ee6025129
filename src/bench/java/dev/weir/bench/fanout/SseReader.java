package dev.weir.bench.fanout;

import java.util.Arrays;

/**
 * Server-Sent Events with LF line ends. Where the next event ends is guessed from the one before, and the guess is worth nothing unless the blank line is
 * there and everything between is exactly what is due; otherwise it is looked for byte by byte. What is guessed wrong is judged as if nothing had been
 * guessed.
 */
final class SseReader implements EventReader {
    private final Payload payload;
    private final Deliveries deliveries;
    private final boolean guesses;
    private int length;
    private int offset;
    /** What lies between the event's first line, which may hold a number, and the payload. */
    private byte[] lead = {};

    SseReader(Payload payload, Deliveries deliveries, boolean guesses) {
        this.payload = payload;
        this.deliveries = deliveries;
        this.guesses = guesses;
    }

    @Override
    public int read(Subscriber subscriber, byte[] b, int end, long now) {
        int at = 0;
        while (at < end) {
            int guess = at + length;
            if (guess <= end && expected(b, at, guess, subscriber.next())) {
                deliveries.received(subscriber, payload.n(), now - payload.t());
                at = guess;
                continue;
            }
            int next = blankLine(b, at, end);
            if (next < 0) {
                break;
            }
            judge(subscriber, b, at, next, now);
            at = next;
        }
        return at;
    }

    private boolean expected(byte[] b, int at, int end, long n) {
        if (length == 0 || b[end - 1] != '\n' || b[end - 2] != '\n') {
            return false;
        }
        int begin = at + offset;
        return Arrays.equals(b, begin - lead.length, begin, lead, 0, lead.length)
                && payload.exact(b, begin, end - 2) && payload.n() == n;
    }

    private void judge(Subscriber subscriber, byte[] b, int at, int end, long now) {
        int begin = Payload.find(b, at, end);
        if (begin < 0) {
            return;
        }
        boolean alone = Payload.find(b, begin + 1, end) < 0;
        if (payload.exact(b, begin, end - 2) && alone) {
            deliveries.received(subscriber, payload.n(), now - payload.t());
            learn(b, at, begin, end);
            return;
        }
        deliveries.bad(subscriber);
        payload.number(b, begin, end, Payload.HEAD.length);
        if (payload.n() >= 0) {
            deliveries.received(subscriber, payload.n(), 0);
        }
    }

    private void learn(byte[] b, int at, int begin, int end) {
        if (!guesses) {
            return;
        }
        length = end - at;
        offset = begin - at;
        int from = at;
        while (from < begin && b[from] != '\n') {
            from++;
        }
        lead = Arrays.copyOfRange(b, from == begin ? at : from, begin);
    }

    private static int blankLine(byte[] b, int from, int end) {
        for (int p = from; p + 1 < end; p++) {
            if (b[p] == '\n' && b[p + 1] == '\n') {
                return p + 2;
            }
        }
        return -1;
    }
}
