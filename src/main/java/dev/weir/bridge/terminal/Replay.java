package dev.weir.bridge.terminal;

import io.vertx.core.buffer.Buffer;

/**
 * What a new connection to a shell says first, compared with what was shown before. By AWS's pages it is the output made meanwhile; services
 * are known that say all they have kept. Where the two overlap in one plausible way, the overlap is left out; where in several, as in
 * output that repeats itself, it cannot be told which part is new.
 */
final class Replay {
    /** AgentCore keeps that much of a shell's output. */
    static final int KEPT = 256 * 1024;
    /** A shorter overlap may be chance, such as a prompt that comes again. */
    private static final int SURE = 64;

    private final Buffer shown;
    private final boolean fromTheStart;
    private final Buffer told = Buffer.buffer();

    /**
     * What to show.
     *
     * @param anew whether on an empty screen
     */
    record Verdict(boolean anew, Buffer bytes) {}

    /** @param fromTheStart whether {@code shown} is all that the shell has ever said */
    Replay(Buffer shown, boolean fromTheStart) {
        this.shown = shown;
        this.fromTheStart = fromTheStart;
    }

    /** Takes another piece; true when more would not change the verdict. */
    boolean hear(Buffer bytes) {
        told.appendBuffer(bytes);
        return told.length() >= shown.length();
    }

    /** @param lost whether the service says that it has not kept everything */
    Verdict verdict(boolean lost) {
        int[] borders = borders();
        int overlap = overlap(borders);
        boolean sure = overlap >= SURE || (fromTheStart && overlap == shown.length());
        if (lost || (overlap == 0 && told.length() >= KEPT)) {
            return new Verdict(true, told);
        }
        if (overlap == 0 || !sure) {
            return new Verdict(false, told);
        }
        return borders[overlap - 1] >= SURE
                ? new Verdict(true, told)
                : new Verdict(false, told.getBuffer(overlap, told.length()));
    }

    /** How much of the beginning of {@code told} is the end of {@code shown}, at most. Linear, by Knuth, Morris and Pratt. */
    private int overlap(int[] borders) {
        int length = 0;
        for (int i = 0; i < shown.length() && told.length() > 0; i++) {
            while (length > 0 && (length == told.length() || told.getByte(length) != shown.getByte(i))) {
                length = borders[length - 1];
            }
            if (told.getByte(length) == shown.getByte(i)) {
                length++;
            }
        }
        return length;
    }

    /** For each beginning of {@code told}, the longest shorter one that is also its end. */
    private int[] borders() {
        int[] borders = new int[told.length()];
        for (int i = 1, length = 0; i < borders.length; i++) {
            while (length > 0 && told.getByte(i) != told.getByte(length)) {
                length = borders[length - 1];
            }
            if (told.getByte(i) == told.getByte(length)) {
                length++;
            }
            borders[i] = length;
        }
        return borders;
    }
}
