package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import java.util.IdentityHashMap;
import java.util.List;

/** Consecutive events, encoded once per protocol however many subscribers of a loop they go to. Confined to one loop. */
public final class Batch {
    private final List<RunEvent> events;
    private final IdentityHashMap<Encoding<?>, Object> encoded = new IdentityHashMap<>(2);

    public Batch(List<RunEvent> events) {
        this.events = List.copyOf(events);
    }

    /** In order. */
    public List<RunEvent> events() {
        return events;
    }

    /** The events as {@code encoding} writes them; valid until {@link #release}. */
    @SuppressWarnings("unchecked") // a key's value was made by that very key
    public <T> T as(Encoding<T> encoding) {
        Object known = encoded.get(encoding);
        if (known == null) {
            known = encoding.encode(events);
            encoded.put(encoding, known);
        }
        return (T) known;
    }

    /** Every subscriber has had it: lets go of what was encoded. Idempotent. */
    void release() {
        encoded.forEach(Batch::release);
        encoded.clear();
    }

    @SuppressWarnings("unchecked") // as above
    private static <T> void release(Encoding<T> encoding, Object value) {
        encoding.release((T) value);
    }
}
