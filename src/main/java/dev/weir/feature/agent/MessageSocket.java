package dev.weir.feature.agent;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** A client of ours on a WebSocket: messages both ways. Safe from any thread. */
public interface MessageSocket {
    /** Sends a message after all before; completes when the network has it, fails when the client is gone. Callers bound what they leave unfinished. */
    Future<Void> send(Buffer message);

    /** Stops the client's messages until {@link #resume}, but for what is on its way already; nothing is dropped. */
    void pause();

    void resume();

    /**
     * Sends what was sent before, then a close frame; what the client says after that is not heard.
     *
     * @param code as in RFC 6455 section 7.4
     * @param reason at most 123 bytes; more are cut off
     */
    void close(int code, String reason);

    /** The same for something that went wrong, with the code that the API gives it. */
    void fail(Throwable problem);

    /** Told about the client, one call at a time, on one event loop. */
    interface Listener {
        /** A whole message. */
        void message(Buffer message);

        /** The client is gone, whoever closed. Once, last. */
        void closed();
    }
}
