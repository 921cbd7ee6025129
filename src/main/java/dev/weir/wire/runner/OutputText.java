package dev.weir.wire.runner;

/** How much room text takes in JSON, and where to cut it. */
public final class OutputText {
    /** UTF-8 bytes of the text of one output event inside JSON, at most: with its surroundings it fits one WebSocket message. */
    public static final int MAX_BYTES = 31 * 1024;

    private OutputText() {}

    /** UTF-8 bytes of {@code text} as the inside of a JSON string. */
    public static int jsonBytes(CharSequence text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += jsonBytes(text.charAt(i));
        }
        return bytes;
    }

    /**
     * The end of the piece of {@code text} that starts at {@code from} and takes at most {@code room} bytes: after the last line that fits
     * if that uses at least half of it, else as late as possible without splitting a character. Never less than one character.
     */
    public static int cut(String text, int from, int room) {
        int bytes = 0;
        int line = -1;
        int at = from;
        while (at < text.length()) {
            int end = at + (Character.isHighSurrogate(text.charAt(at)) && at + 1 < text.length() ? 2 : 1);
            for (int i = at; i < end; i++) {
                bytes += jsonBytes(text.charAt(i));
            }
            if (bytes > room && at > from) {
                return line > 0 ? line : at;
            }
            at = end;
            if (text.charAt(at - 1) == '\n' && bytes >= room / 2) {
                line = at;
            }
        }
        return at;
    }

    /** A surrogate counts two, so a pair counts the four bytes it takes. */
    private static int jsonBytes(char c) {
        if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') {
            return 2;
        }
        if (c < 0x20) {
            return 6;
        }
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
