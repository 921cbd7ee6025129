package dev.weir.edge.stream;

/** One client's stream, as its loop sees it. Every call comes on that loop. */
sealed interface OpenStream permits SseStream, SocketStream, ClientSocket {
    /** Breaks a silence that lasted too long; {@code now} is {@link System#nanoTime}. */
    void beat(long now);

    /** Sends the client away in a way that tells it to come back and resume. */
    void drain();
}
