package dev.weir.emulator.interpreter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * UTF-8 that comes cut anywhere, up to a mark. Holds back no more than what may yet become the mark or a character; bytes that are no UTF-8
 * become U+FFFD. One thread.
 */
final class MarkedText {
    private final byte[] mark;
    private final Consumer<String> text;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] held = {};
    private byte[] cut = {};

    /** @param mark its first byte occurs in it only once */
    MarkedText(byte[] mark, Consumer<String> text) {
        this.mark = mark.clone();
        this.text = text;
    }

    /** True if the mark has come; what stands behind it is dropped, and this is over. */
    boolean take(byte[] bytes, int length) {
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, 0, all, held.length, length);
        for (int at = 0; at < all.length; at++) {
            if (all[at] == mark[0]) {
                int end = Math.min(all.length, at + mark.length);
                if (Arrays.equals(all, at, end, mark, 0, end - at)) {
                    decode(all, at, end == at + mark.length);
                    held = Arrays.copyOfRange(all, at, all.length);
                    return end == at + mark.length;
                }
            }
        }
        held = new byte[0];
        decode(all, all.length, false);
        return false;
    }

    /** There comes no more. */
    void end() {
        decode(held, held.length, true);
        held = new byte[0];
    }

    private void decode(byte[] bytes, int length, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(cut.length + length).put(cut).put(bytes, 0, length).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, last);
        if (last) {
            decoder.flush(out);
        }
        cut = new byte[in.remaining()];
        in.get(cut);
        if (out.flip().hasRemaining()) {
            text.accept(out.toString());
        }
    }
}
