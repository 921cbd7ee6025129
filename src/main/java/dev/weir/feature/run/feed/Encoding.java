package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import java.util.List;

/** How a protocol writes events. One object per protocol: by it a {@link Batch} knows what it has encoded. */
public interface Encoding<T> {
    /** The bytes, or whatever else, that any number of subscribers share. */
    T encode(List<RunEvent> events);

    /** Nobody will be given {@code encoded} any more; who has it keeps it. */
    default void release(T encoded) {}
}
