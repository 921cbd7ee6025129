package dev.weir.bridge.acp;

/**
 * What stands before each line of the agent's output: its number, a colon, the place of its first byte in all of the output, and another
 * colon. Two headings tell exactly how many bytes are between them, so what was put together from pieces proves itself.
 *
 * @param number from 1
 * @param place from 0
 * @param length bytes of the heading itself
 */
record Heading(long number, long place, int length) {
    /** Bytes of the longest one. */
    static final int LONGEST = 2 * 16;
    private static final int MOST_DIGITS = 15;

    /** Of a line's own text, without the line's end: where the next line is. */
    Heading next(int lineLength) {
        return of(number + 1, place + lineLength - length + 1);
    }

    static Heading of(long number, long place) {
        return new Heading(number, place, Long.toString(number).length() + Long.toString(place).length() + 2);
    }

    /** The heading at {@code from}; null if there is none. */
    static Heading at(byte[] bytes, int from, int to) {
        int colon = digits(bytes, from, to);
        int second = colon < 0 ? -1 : digits(bytes, colon + 1, to);
        if (second < 0) {
            return null;
        }
        return new Heading(value(bytes, from, colon), value(bytes, colon + 1, second), second + 1 - from);
    }

    boolean isSamePlace(Heading other) {
        return number == other.number && place == other.place;
    }

    /** Where the colon behind one digit or more is; negative if that is not what is there. */
    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from && at < to && at - from <= MOST_DIGITS && bytes[at] == ':' ? at : -1;
    }

    private static long value(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }
}
