package dev.weir.bridge.acp;

import io.vertx.core.Future;

/** Whoever speaks to the agent: a process at the other end of stdin and stdout, or a WebSocket. */
public interface Client {
    /** Sends one message, without its line end, after all before; completes when it is gone, fails when the client is. */
    Future<Void> send(byte[] message);

    /** Stops the client's messages until {@link #resume}; nothing is dropped. */
    void pause();

    void resume();
}
