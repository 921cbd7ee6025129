package dev.weir.edge.stream;

import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Encoding;
import dev.weir.wire.sse.SseFrames;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * How an event stream stands in the body of an answer: in chunks (RFC 9112 section 7.1), the framing being part of what clients share, or
 * as it is, for HTTP/1.0.
 */
final class SseEncoding {
    private static final Buffer CRLF = Buffer.buffer("\r\n");

    static final SseEncoding CHUNKED = new SseEncoding(true);
    static final SseEncoding PLAIN = new SseEncoding(false);

    final Encoding<ByteBuf> events = new Encodings.Shared() {
        @Override
        public ByteBuf encode(List<RunEvent> list) {
            Buffer bytes = Encodings.encode(list, SseFrames::event);
            return chunked ? Encodings.pooled(size(bytes), bytes, CRLF) : Encodings.pooled(bytes);
        }
    };
    final ByteBuf heartbeat;
    final ByteBuf interrupted;
    final ByteBuf reset;
    final ByteBuf end;
    private final boolean chunked;

    private SseEncoding(boolean chunked) {
        this.chunked = chunked;
        this.heartbeat = comment("heartbeat");
        this.interrupted = comment("interrupted, come back");
        this.reset = reset("unknown_cursor");
        this.end = Encodings.constant(Buffer.buffer(chunked ? "0\r\n\r\n" : ""));
    }

    boolean isChunked() {
        return chunked;
    }

    /** {@code bytes} of the stream, not empty, for one client or for good. */
    ByteBuf constant(Buffer bytes) {
        return Encodings.constant(
                chunked ? size(bytes).appendBuffer(bytes).appendBuffer(CRLF) : bytes);
    }

    private static Buffer size(Buffer bytes) {
        return Buffer.buffer(Integer.toHexString(bytes.length()) + "\r\n");
    }

    private ByteBuf comment(String text) {
        Buffer bytes = Buffer.buffer();
        SseFrames.comment(bytes, text);
        return constant(bytes);
    }

    private ByteBuf reset(String reason) {
        Buffer bytes = Buffer.buffer();
        SseFrames.event(bytes, "", RunStreams.RESET, Buffer.buffer("{\"reason\":\"" + reason + "\"}"));
        return constant(bytes);
    }
}
