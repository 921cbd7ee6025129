package dev.weir.edge.stream;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.run.event.EventId;
import java.time.Duration;

/** One client's stream, as its loop sees it. Every call comes on that loop. */
sealed interface OpenStream permits SseStream, SocketStream, ClientSocket {
    /**
     * What all streams of a protocol have in common.
     *
     * @param idle how long a client may leave what waits for it, without taking a byte
     */
    record Terms(Source source, StreamsConfig config, Duration idle, StreamMeters meters) {}

    /**
     * Where a stream begins.
     *
     * @param queued whether the run has not begun
     */
    record Start(EventId after, boolean queued) {}

    /** Breaks a silence that lasted too long; {@code now} is {@link System#nanoTime}. */
    void beat(long now);

    /** Sends the client away in a way that tells it to come back and resume. */
    void drain();
}
