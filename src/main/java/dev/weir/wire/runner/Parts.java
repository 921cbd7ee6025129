package dev.weir.wire.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Frames to WebSocket messages and back. AgentCore ends a connection that sends a message over 64 KB (some of its pages say 32 KB), so a
 * frame larger than {@link #MAX_MESSAGE} travels in parts: each part is {@code +} and a piece of the text, the last is {@code =} and the
 * rest. A frame that fits is sent as it is (it starts with a brace).
 */
public final class Parts {
    /** UTF-8 bytes of one WebSocket message, at most. */
    public static final int MAX_MESSAGE = 32 * 1024;

    /** Characters of one frame, at most, put together again. */
    public static final int MAX_FRAME = 16 * 1024 * 1024;

    private final StringBuilder pending = new StringBuilder();

    /** The messages that carry {@code frame}, in order. */
    public static List<String> split(String frame) {
        if (utf8Length(frame, 0, frame.length()) <= MAX_MESSAGE) {
            return List.of(frame);
        }
        List<String> messages = new ArrayList<>();
        int from = 0;
        while (from < frame.length()) {
            int to = cut(frame, from);
            messages.add((to == frame.length() ? '=' : '+') + frame.substring(from, to));
            from = to;
        }
        return messages;
    }

    /** The frame that {@code message} completes, or empty if more parts are to come; fails on what no sender of ours sends. */
    public Optional<String> join(String message) {
        char mark = message.isEmpty() ? 0 : message.charAt(0);
        if (mark != '+' && mark != '=') {
            if (!pending.isEmpty()) {
                throw new IllegalArgumentException("a frame began inside another");
            }
            return Optional.of(message);
        }
        if (pending.length() + message.length() > MAX_FRAME) {
            throw new IllegalArgumentException("a frame is larger than " + MAX_FRAME + " characters");
        }
        pending.append(message, 1, message.length());
        if (mark == '+') {
            return Optional.empty();
        }
        String frame = pending.toString();
        pending.setLength(0);
        pending.trimToSize();
        return Optional.of(frame);
    }

    /** The largest end of a piece that starts at {@code from}, fits in a message with its mark, and splits no surrogate pair. */
    private static int cut(String text, int from) {
        int bytes = 1;
        int at = from;
        while (at < text.length()) {
            int step = Character.isHighSurrogate(text.charAt(at)) && at + 1 < text.length() ? 2 : 1;
            bytes += utf8Length(text, at, at + step);
            if (bytes > MAX_MESSAGE) {
                return at;
            }
            at += step;
        }
        return at;
    }

    /** Bytes of {@code text[from, to)} in UTF-8; a lone surrogate counts three. */
    public static int utf8Length(String text, int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }
}
