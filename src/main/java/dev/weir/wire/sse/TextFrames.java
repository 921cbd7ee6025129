package dev.weir.wire.sse;

import io.vertx.core.buffer.Buffer;

/**
 * Writes the messages of subprotocol {@code weir.run.v1}, {@code {"id","event","data"}}, as whole unmasked WebSocket text frames (RFC 6455
 * section 5.2), ready for the wire: so that the bytes of many events can be made once and sent to many clients.
 */
public final class TextFrames {
    private static final int FINAL_TEXT = 0x81;

    private TextFrames() {}

    /**
     * Appends one event as one frame.
     *
     * @param id {@code ""} for an event without one; then the message has no such member
     * @param data one JSON value in UTF-8, taken as it is
     */
    public static void event(Buffer out, String id, String event, Buffer data) {
        String head = (id.isEmpty() ? "{" : "{\"id\":\"" + plain(id) + "\",") + "\"event\":\"" + plain(event)
                + "\",\"data\":";
        byte[] json = data.getBytes();
        header(out, head.length() + json.length + 1);
        out.appendString(head).appendBytes(json).appendByte((byte) '}');
    }

    /** Appends one text message as one frame. */
    public static void text(Buffer out, Buffer utf8) {
        header(out, utf8.length());
        out.appendBuffer(utf8);
    }

    private static void header(Buffer out, int length) {
        out.appendByte((byte) FINAL_TEXT);
        if (length < 126) {
            out.appendByte((byte) length);
        } else if (length < 0x10000) {
            out.appendByte((byte) 126).appendUnsignedShort(length);
        } else {
            out.appendByte((byte) 127).appendLong(length);
        }
    }

    private static String plain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                throw new IllegalArgumentException("ids and event names are plain ASCII");
            }
        }
        return value;
    }
}
