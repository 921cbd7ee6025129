package dev.weir.edge.stream;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Encoding;
import dev.weir.wire.sse.TextFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Batches as bytes for the wire. They are direct memory, of which the transport makes no copy for each client; every client writes a
 * duplicate with indices of its own that counts as a reference, and the last one to be written frees the memory.
 */
final class Encodings {
    static final Encoding<ByteBuf> SOCKET = new Shared() {
        @Override
        public ByteBuf encode(List<RunEvent> events) {
            return pooled(Encodings.encode(events, TextFrames::event));
        }
    };

    private Encodings() {}

    /** Bytes that are counted. */
    interface Shared extends Encoding<ByteBuf> {
        @Override
        default void release(ByteBuf encoded) {
            encoded.release();
        }
    }

    /** Writes one event. */
    interface Encoder {
        void append(Buffer out, String id, String event, Buffer data);
    }

    /** Bytes that stay for as long as the process, or are for one client. */
    static ByteBuf constant(Buffer bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes.getBytes()));
    }

    /** {@code parts} one after the other, to be released. */
    static ByteBuf pooled(Buffer... parts) {
        int size = 0;
        for (Buffer part : parts) {
            size += part.length();
        }
        ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(size);
        for (Buffer part : parts) {
            bytes.writeBytes(part.getBytes());
        }
        return bytes;
    }

    static Buffer encode(List<RunEvent> events, Encoder encoder) {
        int size = 0;
        for (RunEvent event : events) {
            size += event.weight();
        }
        Buffer out = Buffer.buffer(size);
        for (RunEvent event : events) {
            // The position before the first event is no event's id: such an event has none.
            String id = event.id().equals(EventId.START) ? "" : event.id().toString();
            encoder.append(out, id, event.type().wireName(), event.data());
        }
        return out;
    }
}
