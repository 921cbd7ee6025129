package dev.weir.edge.stream;

import dev.weir.feature.run.event.RunEvent;
import dev.weir.wire.sse.SseFrames;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * How an event stream stands in the body of an answer: in chunks (RFC 9112 section 7.1), the framing being part of what clients share, or
 * as it is, for HTTP/1.0.
 */
enum SseEncoding {
    CHUNKED(true), PLAIN(false);

    /** Batches as bytes; one function object, by which they know what they have encoded. */
    final Function<List<RunEvent>, ByteBuf> events = list -> shared(Encodings.encode(list, SseFrames::event));
    final ByteBuf heartbeat;
    final ByteBuf interrupted;
    final ByteBuf reset;
    final ByteBuf end;
    private final boolean chunked;

    SseEncoding(boolean chunked) {
        this.chunked = chunked;
        this.heartbeat = comment("heartbeat");
        this.interrupted = comment("interrupted, come back");
        this.reset = reset("unknown_cursor");
        this.end = Encodings.shared(Buffer.buffer(chunked ? "0\r\n\r\n" : ""));
    }

    boolean isChunked() {
        return chunked;
    }

    /** {@code bytes} of the stream, not empty, for any number of clients. */
    ByteBuf shared(Buffer bytes) {
        if (!chunked) {
            return Encodings.shared(bytes);
        }
        byte[] size = (Integer.toHexString(bytes.length()) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        Buffer chunk = Buffer.buffer(size.length + bytes.length() + 2);
        return Encodings.shared(chunk.appendBytes(size).appendBuffer(bytes).appendString("\r\n"));
    }

    private ByteBuf comment(String text) {
        Buffer bytes = Buffer.buffer();
        SseFrames.comment(bytes, text);
        return shared(bytes);
    }

    private ByteBuf reset(String reason) {
        Buffer bytes = Buffer.buffer();
        SseFrames.event(bytes, "", RunStreams.RESET, Buffer.buffer("{\"reason\":\"" + reason + "\"}"));
        return shared(bytes);
    }
}
