package dev.weir.platform.agentcore;

import io.vertx.core.buffer.Buffer;

/** The bytes of one output stream, from pieces of text in which a character may be cut in two. One thread. */
final class OutputBytes {
    private String half = "";

    /** What {@code piece} adds. */
    Buffer of(CommandEvent.Piece piece) {
        String text = half + piece.text();
        int end = text.length();
        half = "";
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            half = text.substring(end - 1);
            text = text.substring(0, end - 1);
        }
        return piece.raw() ? raw(text) : Buffer.buffer(text);
    }

    private static Buffer raw(String text) {
        Buffer bytes = Buffer.buffer(text.length());
        text.codePoints().forEach(character -> {
            if (character <= 0xff) {
                bytes.appendByte((byte) character);
            } else {
                bytes.appendString(Character.toString(character));
            }
        });
        return bytes;
    }
}
