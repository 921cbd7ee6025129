package dev.weir.edge.stream;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.wire.sse.TextFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Function;

/**
 * Batches as bytes for the wire, one function object per protocol so that a batch is encoded once however many clients take it. The buffers
 * are heap memory that nobody frees and whose content nobody changes; each client writes a duplicate, which has indices of its own.
 */
final class Encodings {
    static final Function<List<RunEvent>, ByteBuf> SOCKET = events -> shared(encode(events, TextFrames::event));

    private Encodings() {}

    /** Writes one event. */
    interface Encoder {
        void append(Buffer out, String id, String event, Buffer data);
    }

    static ByteBuf shared(Buffer bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes.getBytes()));
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
