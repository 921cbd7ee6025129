package dev.weir.bench;

import dev.weir.feature.run.event.RunEvent;
import java.util.List;

/** How events get to the readers. Used by one thread. */
interface Way {
    /** Connects the readers. */
    void open() throws InterruptedException;

    /** Returns before they have the events. */
    void send(List<RunEvent> events);

    /** Disconnects the readers; no call to them follows. */
    void close() throws InterruptedException;
}
