package dev.weir.feature.agent;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** One shell, whatever connections it takes. Safe from any thread. */
public interface AgentShell {
    /**
     * Types {@code bytes}, after everything written before and in messages as the service allows them. A write is never cut so that only
     * its last byte is missing. Completes when the connection has taken all of it; fails with {@code Unavailable} when there is no
     * connection, or when it was lost meanwhile: then some first part of it may have arrived. Callers bound what they leave unfinished.
     */
    Future<Void> write(Buffer bytes);

    /** Completes when the service says that it has taken what was written before; fails when the connection is lost first. */
    Future<Void> confirm();

    /** Sets the terminal's size, each side 1 to 1000, on this connection and all later ones. */
    void resize(int columns, int rows);

    /** Stops reading from the network until {@link #resume}: the shell is held up, nothing is dropped. */
    void pause();

    void resume();

    /** Lets the connection go; the shell and its programs go on, and keep the last 256 KiB of their output. */
    void detach();

    /** Ends the shell and its programs. */
    void terminate();
}
