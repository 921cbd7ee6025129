package dev.weir.emulator.shell;

import io.vertx.core.buffer.Buffer;

/** The last bytes of a stream, and how many there were in all. */
final class Ring {
    private final byte[] bytes;
    private long total;

    Ring(int capacity) {
        this.bytes = new byte[capacity];
    }

    void add(byte[] more) {
        int from = Math.max(0, more.length - bytes.length);
        total += from;
        for (int i = from; i < more.length;) {
            int at = (int) (total % bytes.length);
            int run = Math.min(more.length - i, bytes.length - at);
            System.arraycopy(more, i, bytes, at, run);
            i += run;
            total += run;
        }
    }

    long total() {
        return total;
    }

    /** Where the oldest byte that is left stands in the stream. */
    long oldest() {
        return Math.max(0, total - bytes.length);
    }

    /** What is left from position {@code from} on. */
    Buffer since(long from) {
        Buffer copy = Buffer.buffer();
        long position = Math.max(from, oldest());
        while (position < total) {
            int at = (int) (position % bytes.length);
            int run = (int) Math.min(total - position, bytes.length - at);
            copy.appendBytes(bytes, at, run);
            position += run;
        }
        return copy;
    }
}
