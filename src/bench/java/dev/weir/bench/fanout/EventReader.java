package dev.weir.bench.fanout;

/** Finds the payloads in what subscribers receive. One reader serves all subscribers of a stream: their events look alike. */
sealed interface EventReader permits SseReader, FrameReader {
    /**
     * Takes the whole events from a subscriber's bytes.
     *
     * @param now wall clock, nanoseconds
     * @return the index of the first byte that belongs to an event which is not complete; -1 if the other end closes or cannot be understood
     */
    int read(Subscriber subscriber, byte[] bytes, int end, long now);
}
