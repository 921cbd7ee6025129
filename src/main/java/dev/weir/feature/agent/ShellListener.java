package dev.weir.feature.agent;

import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.buffer.Buffer;

/** Told about a shell, one call at a time, on one event loop. */
public interface ShellListener {
    /**
     * There is a connection; writing works. Whether the shell is the same as before is not known here, only from a status or from what
     * it says.
     *
     * @param address as the service names it, which may differ from what was asked for
     * @param again whether there was a connection before
     */
    void attached(ShellAddress address, boolean again);

    /** Output, cut anywhere; after {@link #attached} it may begin with output that was told before, or after a part that is lost. */
    void output(Buffer bytes);

    /** News of the shell, other than its end. */
    default void confirmed(ShellStatus.Confirmed status) {}

    /** Words of the platform about itself. */
    default void diagnostics(String text) {}

    /** The connection is lost, or was given up because of its age; another one is being made. */
    void detached(String why);

    /** Nothing more will come. Once, last. */
    void ended(ShellEnd end);
}
