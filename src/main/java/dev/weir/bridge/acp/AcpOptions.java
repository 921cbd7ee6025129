package dev.weir.bridge.acp;

import java.time.Duration;

/**
 * How a bridge behaves.
 *
 * @param command the agent's command line, for a POSIX shell
 * @param stopOnCancel whether an agent that does not heed a cancel loses its microVM ({@code cancel_strategy = stop}); else it is let be
 * @param cwd what sessions get for a working directory in place of the client's, which names a place on another machine; empty = leave it
 * @param clientServices whether the agent may use the client's files and terminals
 * @param sharedShell whether the shell may be there already, from an earlier bridge of the same thread
 * @param maxLine bytes of one message, either way
 * @param times see {@link Times}
 * @param permissions who answers what the agent asks permission for
 */
public record AcpOptions(String command, boolean stopOnCancel, String cwd, boolean clientServices, boolean sharedShell,
        int maxLine, Times times, Permissions permissions) {
    public static final int MAX_LINE = 32 * 1024 * 1024;

    /** An {@link IllegalArgumentException} for a command that cannot be typed. */
    public AcpOptions {
        if (!isTypable(command)) {
            throw new IllegalArgumentException(
                    "the agent's command has control characters, or more than about 3000 bytes");
        }
    }

    /** Whether a terminal takes such a command line as it is: one of up to about 3,000 bytes, without control characters. */
    public static boolean isTypable(String command) {
        return LaunchLine.isTypable(command);
    }

    /** Who answers what the agent asks permission for: the client; or the bridge, with what allows, or with what refuses. */
    public enum Permissions {
        ASK, AUTO, DENY
    }

    /**
     * What is waited for, and how long.
     *
     * @param start from a connection until the agent's pipeline is ready
     * @param probe for an agent to answer a question after a reconnection
     * @param cancelWarn until a cancel that is not heeded is told to the operator
     * @param cancelAct until it is enforced
     * @param drain for open requests after the client's end of input
     * @param restore for one session to be restored
     * @param end for the agent to end when it is asked to
     */
    public record Times(Duration start, Duration probe, Duration cancelWarn, Duration cancelAct, Duration drain,
            Duration restore, Duration end) {
        public static final Times DEFAULT = new Times(Duration.ofSeconds(60), Duration.ofSeconds(20),
                Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofMinutes(1),
                Duration.ofSeconds(3));
    }
}
