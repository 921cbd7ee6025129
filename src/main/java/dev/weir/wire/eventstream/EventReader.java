package dev.weir.wire.eventstream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Puts messages together from bytes that come cut anywhere. Keeps at most one message; the bounds are botocore's. One thread. */
public final class EventReader {
    private static final int MAX_HEADERS = 128 * 1024;
    private static final int MAX_PAYLOAD = 24 * 1024 * 1024;

    private final int maxPayload;
    private Buffer pending = Buffer.buffer();

    public EventReader() {
        this(MAX_PAYLOAD);
    }

    /** @param maxPayload bytes of one message, for a caller that knows how large its messages get; 24 MiB at most */
    public EventReader(int maxPayload) {
        this.maxPayload = Math.min(maxPayload, MAX_PAYLOAD);
    }

    /** The messages that {@code bytes} complete. Throws {@link IllegalArgumentException} on a stream that is not one, for good. */
    public List<EventMessage> read(Buffer bytes) {
        List<EventMessage> complete = new ArrayList<>();
        read(bytes, complete::add);
        return complete;
    }

    /** As above, one by one: what came before the break is not lost with it. */
    public void read(Buffer bytes, Consumer<EventMessage> each) {
        pending.appendBuffer(bytes);
        int at = 0;
        try {
            while (pending.length() - at >= EventMessage.PRELUDE) {
                Buffer rest = pending.slice(at, pending.length());
                long total = rest.getUnsignedInt(0);
                long headers = rest.getUnsignedInt(4);
                require(rest.getInt(8) == EventMessage.crc(rest, 8), "the checksum of a prelude is wrong");
                require(headers <= MAX_HEADERS && total >= headers + EventMessage.OVERHEAD
                        && total - headers - EventMessage.OVERHEAD <= maxPayload, "the lengths of a message are wrong");
                if (rest.length() < total) {
                    break;
                }
                EventMessage message = message(rest.slice(0, (int) total), (int) headers);
                at += (int) total;
                each.accept(message);
            }
        } finally {
            if (at > 0) {
                pending = pending.getBuffer(at, pending.length());
            }
        }
    }

    /** Whether the stream may end here. */
    public boolean isBetweenMessages() {
        return pending.length() == 0;
    }

    private static EventMessage message(Buffer whole, int headers) {
        int end = whole.length() - 4;
        require(whole.getInt(end) == EventMessage.crc(whole, end), "the checksum of a message is wrong");
        Buffer head = whole.slice(EventMessage.PRELUDE, EventMessage.PRELUDE + headers);
        try {
            return new EventMessage(headers(head), whole.getBuffer(EventMessage.PRELUDE + headers, end));
        } catch (IndexOutOfBoundsException cut) {
            throw new IllegalArgumentException("the headers of a message are cut", cut);
        }
    }

    private static Map<String, String> headers(Buffer head) {
        Map<String, String> headers = new LinkedHashMap<>();
        int at = 0;
        while (at < head.length()) {
            int nameLength = head.getUnsignedByte(at);
            String name = head.getString(at + 1, at + 1 + nameLength, "UTF-8");
            at += 1 + nameLength;
            int type = head.getUnsignedByte(at);
            at++;
            int length = switch (type) {
                case 0, 1 -> 0;
                case 2 -> 1;
                case 3 -> 2;
                case 4 -> 4;
                case 5, 8 -> 8;
                case 6, EventMessage.TEXT -> 2 + head.getUnsignedShort(at);
                case 9 -> 16;
                default -> throw new IllegalArgumentException("a header has an unknown type");
            };
            Buffer value = head.slice(at, at + length);
            require(headers.put(name, text(type, value)) == null, "a header is there twice");
            at += length;
        }
        return headers;
    }

    private static String text(int type, Buffer value) {
        return switch (type) {
            case 0 -> "true";
            case 1 -> "false";
            case 2 -> Integer.toString(value.getByte(0));
            case 3 -> Integer.toString(value.getShort(0));
            case 4 -> Integer.toString(value.getInt(0));
            case 5, 8 -> Long.toString(value.getLong(0));
            case EventMessage.TEXT -> value.getString(2, value.length(), StandardCharsets.UTF_8.name());
            case 6 -> HexFormat.of().formatHex(value.getBytes(2, value.length()));
            default -> HexFormat.of().formatHex(value.getBytes());
        };
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
