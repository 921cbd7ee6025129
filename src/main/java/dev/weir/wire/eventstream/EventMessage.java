package dev.weir.wire.eventstream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * One message: a prelude of two lengths and their checksum, headers, payload, and a checksum of all of it.
 *
 * @param headers in order; values of other types than text are shown as text
 */
public record EventMessage(Map<String, String> headers, Buffer payload) {
    static final int OVERHEAD = 16;
    static final int PRELUDE = 12;
    static final int TEXT = 7;
    private static final int MAX_HEADER_NAME = 255;
    private static final int MAX_HEADER_VALUE = 32_767;

    public EventMessage {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** An event of a JSON protocol. */
    public static EventMessage event(String type, Buffer json) {
        return of(":event-type", type, json, "event");
    }

    /** An exception that the service's model knows. */
    public static EventMessage exception(String type, Buffer json) {
        return of(":exception-type", type, json, "exception");
    }

    private static EventMessage of(String kind, String type, Buffer json, String message) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(kind, type);
        headers.put(":content-type", "application/json");
        headers.put(":message-type", message);
        return new EventMessage(headers, json);
    }

    /** The bytes of it, all headers as text. */
    public Buffer encode() {
        Buffer head = Buffer.buffer();
        headers.forEach((name, value) -> {
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
            if (nameBytes.length > MAX_HEADER_NAME || valueBytes.length > MAX_HEADER_VALUE) {
                throw new IllegalArgumentException("a header is too long");
            }
            head.appendByte((byte) nameBytes.length).appendBytes(nameBytes).appendByte((byte) TEXT)
                    .appendShort((short) valueBytes.length).appendBytes(valueBytes);
        });
        Buffer message = Buffer.buffer().appendInt(OVERHEAD + head.length() + payload.length())
                .appendInt(head.length());
        message.appendInt(crc(message, message.length())).appendBuffer(head).appendBuffer(payload);
        return message.appendInt(crc(message, message.length()));
    }

    static int crc(Buffer bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes.getBytes(0, length));
        return (int) crc.getValue();
    }
}
