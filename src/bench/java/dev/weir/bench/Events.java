package dev.weir.bench;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Events as a talkative skill makes them: 100 bytes of data each. */
final class Events {
    private static final Buffer DATA = Buffer.buffer("{\"stream\":\"stdout\",\"text\":\"" + "x".repeat(71) + "\"}");

    private Events() {}

    /** {@code count} events that follow number {@code after} of attempt 1. */
    static List<RunEvent> batch(long after, int count) {
        List<RunEvent> events = new ArrayList<>(count);
        for (long n = after + 1; n <= after + count; n++) {
            events.add(new RunEvent(new EventId(1, n), EventType.OUTPUT, DATA));
        }
        return events;
    }
}
