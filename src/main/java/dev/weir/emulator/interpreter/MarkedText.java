package dev.weir.emulator.interpreter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * UTF-8 that comes cut anywhere, with marks in it, up to the last of them. A mark is followed by one letter: {@code p} where a picture
 * belongs, anything else at the end. Holds back no more than what may yet become a mark or a character; bytes that are no UTF-8 become
 * U+FFFD. One thread.
 */
final class MarkedText {
    private static final byte PICTURE = 'p';

    private final byte[] mark;
    private final Consumer<String> text;
    private final Runnable picture;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] held = {};
    private byte[] cut = {};

    /** @param mark its first byte occurs in it only once */
    MarkedText(byte[] mark, Consumer<String> text, Runnable picture) {
        this.mark = mark.clone();
        this.text = text;
        this.picture = picture;
    }

    /** True if the last mark has come; what stands behind it is dropped, and this is over. */
    boolean take(byte[] bytes, int length) {
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, 0, all, held.length, length);
        int told = 0;
        for (int at = 0; at < all.length; at++) {
            int end = Math.min(all.length, at + mark.length);
            if (all[at] != mark[0] || !Arrays.equals(all, at, end, mark, 0, end - at)) {
                continue;
            }
            if (at + mark.length >= all.length) {
                decode(all, told, at, false);
                held = Arrays.copyOfRange(all, at, all.length);
                return false;
            }
            boolean last = all[end] != PICTURE;
            decode(all, told, at, last);
            if (last) {
                return true;
            }
            picture.run();
            told = end + 1;
            at = end;
        }
        held = new byte[0];
        decode(all, told, all.length, false);
        return false;
    }

    /** There comes no more. */
    void end() {
        decode(held, 0, held.length, true);
        held = new byte[0];
    }

    private void decode(byte[] bytes, int from, int to, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(cut.length + to - from).put(cut).put(bytes, from, to - from).flip();
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
