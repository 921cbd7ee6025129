package dev.weir.feature.run.event;

import io.vertx.core.buffer.Buffer;

/**
 * One record of a run's log.
 *
 * @param id where it stands
 * @param type what it is
 * @param data one JSON object in UTF-8 without line breaks; shared between readers, never to be changed
 */
public record RunEvent(EventId id, EventType type, Buffer data) {
    /** What it costs to keep, in bytes; a small constant stands for the object itself. */
    public int weight() {
        return data.length() + 64;
    }
}
