package dev.weir.wire.shell;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a status message says. */
public sealed interface ShellStatus {
    /**
     * A connection has its shell. Older services send it at the start, sometimes twice; newer ones never do.
     *
     * @param reconnected whether the shell was there before
     * @param bytesDropped of the output made while nobody was connected: too old to be kept
     */
    record Confirmed(String shellId, boolean reconnected, OptionalLong bytesDropped) implements ShellStatus {}

    /** The shell's program has ended with {@code code}; 128 and the number where a signal ended it. */
    record Exited(int code, OptionalInt signal) implements ShellStatus {}

    /** The platform failed; how the program fared is not known. */
    record Failed(String message) implements ShellStatus {
        public Failed {
            message = message == null ? "" : message;
        }
    }
}
