package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;

/** Consecutive events, encoded once per protocol however many subscribers of a loop they go to. Confined to one loop. */
public final class Batch {
    private final List<RunEvent> events;
    private final IdentityHashMap<Function<List<RunEvent>, ?>, Object> encoded = new IdentityHashMap<>(2);

    public Batch(List<RunEvent> events) {
        this.events = List.copyOf(events);
    }

    /** In order. */
    public List<RunEvent> events() {
        return events;
    }

    /** The events as {@code encoding} writes them; pass the same function object each time. */
    @SuppressWarnings("unchecked") // a key's value was made by that very key
    public <T> T as(Function<List<RunEvent>, T> encoding) {
        return (T) encoded.computeIfAbsent(encoding, _ -> encoding.apply(events));
    }
}
