package dev.weir.wire.shell;

import io.vertx.core.buffer.Buffer;

/** One message on a shell's WebSocket. */
public sealed interface ShellFrame {
    /** Bytes typed; from the client. Any bytes: a message may end in the middle of a character. */
    record Stdin(Buffer bytes) implements ShellFrame {}

    /** What the terminal shows, output and errors of its programs merged; a message may end in the middle of a character. */
    record Stdout(Buffer bytes) implements ShellFrame {}

    /** Diagnostics of the platform, not of the programs. */
    record Stderr(Buffer bytes) implements ShellFrame {}

    /** News about the shell itself. */
    record Status(ShellStatus status) implements ShellFrame {}

    /** The terminal's new size, from the client; each 1 to {@link ShellLimits#MAX_SIDE}. */
    record Resize(int columns, int rows) implements ShellFrame {}

    /** A sign of life at application level, which the server echoes in its place among the other messages. */
    record Heartbeat(Buffer payload) implements ShellFrame {}

    /** From the client: end the shell. From the server: it is at its end. */
    record Close() implements ShellFrame {}

    /** A channel that is not known; to be passed over. */
    record Unknown(int channel, Buffer payload) implements ShellFrame {}

    /** A known channel with a payload that breaks its rules; to be passed over and told to the operator. */
    record Malformed(int channel, String why) implements ShellFrame {}
}
