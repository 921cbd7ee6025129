package dev.weir.bench.fanout;

import java.nio.ByteBuffer;

/** Takes the chunks of one HTTP/1.1 body apart (RFC 9112, section 7.1), wherever they are cut. */
final class Chunks {
    private static final int MAX_DIGITS = 7;

    private enum State {
        SIZE, EXTENSION, DATA, DATA_END, TRAILER, END, BROKEN
    }

    private State state = State.SIZE;
    private int left;
    private int digits;
    private boolean emptyLine = true;

    /** Appends the body's bytes of what is left in {@code in} to {@code out} at {@code at}; the index behind the last of them. */
    int decode(ByteBuffer in, byte[] out, int at) {
        int end = at;
        while (in.hasRemaining() && !over()) {
            if (state == State.DATA) {
                int some = Math.min(left, in.remaining());
                in.get(out, end, some);
                end += some;
                left -= some;
                if (left == 0) {
                    state = State.DATA_END;
                }
            } else {
                control(in.get());
            }
        }
        return end;
    }

    /** Whether the body has ended, well or badly. */
    boolean over() {
        return state == State.END || state == State.BROKEN;
    }

    private void control(byte c) {
        switch (state) {
            case SIZE -> size(c);
            case EXTENSION -> {
                if (c == '\n') {
                    sized();
                }
            }
            case DATA_END -> {
                if (c == '\n') {
                    state = State.SIZE;
                    digits = 0;
                } else if (c != '\r') {
                    state = State.BROKEN;
                }
            }
            case TRAILER -> {
                if (c == '\n') {
                    state = emptyLine ? State.END : State.TRAILER;
                    emptyLine = true;
                } else if (c != '\r') {
                    emptyLine = false;
                }
            }
            case DATA, END, BROKEN -> throw new IllegalStateException("no control byte is due");
        }
    }

    private void size(byte c) {
        int digit = Character.digit(c, 16);
        if (digit >= 0 && digits < MAX_DIGITS) {
            left = left * 16 + digit;
            digits++;
        } else if (digits == 0 || digit >= 0) {
            state = State.BROKEN;
        } else if (c == '\n') {
            sized();
        } else {
            state = State.EXTENSION;
        }
    }

    private void sized() {
        state = left > 0 ? State.DATA : State.TRAILER;
    }
}
