package dev.weir.wire.shell;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** {@link ShellFrame} to bytes and back. Reads what either side may send; never fails. */
public final class ShellFrames {
    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int STATUS = 3;
    static final int RESIZE = 4;
    static final int HEARTBEAT = 5;
    static final int CLOSE = 0xff;

    private ShellFrames() {}

    public static Buffer encode(ShellFrame frame) {
        return switch (frame) {
            case ShellFrame.Stdin(Buffer bytes) -> message(STDIN, bytes);
            case ShellFrame.Stdout(Buffer bytes) -> message(STDOUT, bytes);
            case ShellFrame.Stderr(Buffer bytes) -> message(STDERR, bytes);
            case ShellFrame.Status(ShellStatus status) -> message(STATUS, StatusJson.encode(status).toBuffer());
            case ShellFrame.Resize(int columns, int rows) -> message(RESIZE,
                    new JsonObject().put("width", columns).put("height", rows).toBuffer());
            case ShellFrame.Heartbeat(Buffer payload) -> message(HEARTBEAT, payload);
            case ShellFrame.Close() -> message(CLOSE, Buffer.buffer(0));
            case ShellFrame.Unknown(int channel, Buffer payload) -> message(channel, payload);
            case ShellFrame.Malformed malformed ->
                throw new IllegalArgumentException("nothing malformed is sent: " + malformed.why());
        };
    }

    /** What a binary message says; an empty one is {@link ShellFrame.Malformed} on channel -1. The payload is not copied. */
    public static ShellFrame decode(Buffer message) {
        if (message.length() == 0) {
            return new ShellFrame.Malformed(-1, "the message is empty");
        }
        int channel = message.getUnsignedByte(0);
        Buffer payload = message.slice(1, message.length());
        return switch (channel) {
            case STDIN -> new ShellFrame.Stdin(payload);
            case STDOUT -> new ShellFrame.Stdout(payload);
            case STDERR -> new ShellFrame.Stderr(payload);
            case STATUS -> status(payload);
            case RESIZE -> resize(payload);
            case HEARTBEAT -> new ShellFrame.Heartbeat(payload);
            case CLOSE -> new ShellFrame.Close();
            default -> new ShellFrame.Unknown(channel, payload);
        };
    }

    private static Buffer message(int channel, Buffer payload) {
        return Buffer.buffer(1 + payload.length()).appendByte((byte) channel).appendBuffer(payload);
    }

    private static ShellFrame status(Buffer payload) {
        try {
            return new ShellFrame.Status(StatusJson.decode(object(payload)));
        } catch (DecodeException | ClassCastException | IllegalArgumentException broken) {
            return new ShellFrame.Malformed(STATUS, "not a status");
        }
    }

    private static ShellFrame resize(Buffer payload) {
        try {
            JsonObject json = object(payload);
            return new ShellFrame.Resize(side(json.getValue("width")), side(json.getValue("height")));
        } catch (DecodeException | ClassCastException | IllegalArgumentException broken) {
            return new ShellFrame.Malformed(RESIZE, "not a size");
        }
    }

    private static JsonObject object(Buffer payload) {
        if (payload.toJsonValue() instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    private static int side(Object value) {
        if (value instanceof Integer side && side >= 1 && side <= ShellLimits.MAX_SIDE) {
            return side;
        }
        throw new IllegalArgumentException("a side is 1 to " + ShellLimits.MAX_SIDE);
    }
}
