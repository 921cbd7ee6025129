package dev.weir.feature.agent;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * One open agent WebSocket. Text messages only. Messages wait (nothing is read from the network) until {@link #listen} was called. The
 * callbacks come one at a time, in order; {@code onClose} exactly once and last, also when the peer falls silent: the adapter pings every
 * 30 s and gives the connection up after 60 s without any answer.
 */
public interface AgentSocket {
    /** Installs the callbacks; call once. */
    void listen(Consumer<String> onMessage, Consumer<Closed> onClose);

    /** Sends one text message of at most 32 KiB; fails if the socket is closed, or if 1 MiB already waits to be written. */
    Future<Void> send(String message);

    /** Stops reading from the network until {@link #resume}: the peer is held up, nothing is dropped. Safe from any thread. */
    void pause();

    void resume();

    /** Closes with 1000; {@code onClose} follows. */
    void close();

    /** Why a socket ended: the WebSocket close code (1006 when none was received) and its reason. */
    record Closed(int code, String reason) {}
}
