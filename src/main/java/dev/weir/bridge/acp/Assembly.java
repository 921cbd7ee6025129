package dev.weir.bridge.acp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Puts lines together from bytes that come cut anywhere. A line that is too long is given by its beginning only. One thread, and at most
 * one line in memory.
 */
final class Assembly {
    /** Of a line too long to be kept: enough to find its id, usually. */
    static final int BEGINNING = 4096;

    private final int maxLine;
    private Line line = new Line();
    private int length;
    private boolean tooLong;

    Assembly(int maxLine) {
        this.maxLine = maxLine;
    }

    /** @param lines gets each line without its end, and whether it is whole */
    void feed(byte[] bytes, BiConsumer<byte[], Boolean> lines) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, from, i);
                finish(lines);
                from = i + 1;
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** Bytes of the line that is just being given, without its end, also of those that were not kept. */
    int length() {
        return length;
    }

    /** What came after the last line end, and forgets it. */
    byte[] takeRest() {
        byte[] rest = line.toByteArray();
        line = new Line();
        length = 0;
        tooLong = false;
        return rest;
    }

    boolean isTooLong() {
        return tooLong;
    }

    private void keep(byte[] bytes, int from, int to) {
        length += to - from;
        if (!tooLong && line.size() + (to - from) > maxLine) {
            tooLong = true;
            line.write(bytes, from, Math.max(0, Math.min(to - from, BEGINNING - line.size())));
            Line beginning = new Line();
            byte[] kept = line.toByteArray();
            beginning.write(kept, 0, Math.min(kept.length, BEGINNING));
            line = beginning;
        } else if (!tooLong) {
            line.write(bytes, from, to - from);
        }
    }

    private void finish(BiConsumer<byte[], Boolean> lines) {
        byte[] whole = line.toByteArray();
        boolean cut = tooLong;
        if (line.capacity() > BEGINNING) {
            line = new Line(); // a large line does not leave its memory behind
        } else {
            line.reset();
        }
        tooLong = false;
        lines.accept(whole, !cut);
        length = 0;
    }

    /**
     * Without the carriage return that a terminal, or a client on another system, may have put at its end, and without blanks there: a line
     * that breaks off in such would be taken for a whole one.
     */
    static byte[] stripped(byte[] line) {
        int end = line.length;
        while (end > 0 && (line[end - 1] == '\r' || line[end - 1] == ' ' || line[end - 1] == '\t')) {
            end--;
        }
        return end == line.length ? line : Arrays.copyOf(line, end);
    }

    /** A stream of bytes that knows its size. */
    private static final class Line extends ByteArrayOutputStream {
        int capacity() {
            return buf.length;
        }
    }
}
