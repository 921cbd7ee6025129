package dev.weir.wire.sse;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Writes an event stream as the HTML standard defines it (section "Server-sent events"): fields of one line each, a blank line after every
 * event. Whatever a caller hands over cannot start a field of its own: {@code data} with line breaks becomes several data lines, which a
 * reader joins again by LF; line breaks anywhere else are refused.
 */
public final class SseFrames {
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] COMMENT = ascii(": ");
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private SseFrames() {}

    /**
     * Appends one event.
     *
     * @param id {@code ""} for an event without one: the reader's position stays what it was
     * @param data UTF-8
     */
    public static void event(Buffer out, String id, String event, Buffer data) {
        if (!id.isEmpty()) {
            line(out, ID, id);
        }
        line(out, EVENT, event);
        data(out, data.getBytes());
        out.appendByte(LF);
    }

    /** Appends a comment, which readers skip: it only keeps the connection alive. */
    public static void comment(Buffer out, String text) {
        line(out, COMMENT, text);
        out.appendByte(LF);
    }

    /** Appends how long, in whole milliseconds, a reader that lost the connection waits before it comes back. */
    public static void retry(Buffer out, Duration delay) {
        line(out, RETRY, Long.toString(delay.toMillis()));
        out.appendByte(LF);
    }

    private static void line(Buffer out, byte[] field, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // A NUL makes readers ignore an id; the other two end the line.
            if (c == '\n' || c == '\r' || c == '\0') {
                throw new IllegalArgumentException("a field's value is one line");
            }
        }
        out.appendBytes(field).appendString(value).appendByte(LF);
    }

    private static void data(Buffer out, byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == LF || bytes[i] == CR) {
                out.appendBytes(DATA).appendBytes(bytes, start, i - start).appendByte(LF);
                if (bytes[i] == CR && i + 1 < bytes.length && bytes[i + 1] == LF) {
                    i++;
                }
                start = i + 1;
            }
        }
        out.appendBytes(DATA).appendBytes(bytes, start, bytes.length - start).appendByte(LF);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
