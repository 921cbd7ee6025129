package dev.weir.feature.agent;

import java.time.Duration;

/**
 * A command for a microVM. It is not logged: it may hold anything.
 *
 * @param session the runtime session id, as in {@link ShellAddress}
 * @param line for {@code bash}, 1 to 65,536 characters without NUL (AWS: runtime-execute-command)
 * @param timeout whole seconds, 1 to 3600, after which AgentCore ends it
 */
public record AgentCommand(String session, String line, Duration timeout) {
    public static final int LONGEST_LINE = 65_536;
    public static final Duration LONGEST = Duration.ofHours(1);
    /** AgentCore's own where none is said. */
    public static final Duration USUAL = Duration.ofMinutes(5);

    public AgentCommand {
        if (line.isEmpty() || line.length() > LONGEST_LINE || line.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command has 1 to " + LONGEST_LINE + " characters, none of them NUL");
        }
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0
                || !timeout.equals(Duration.ofSeconds(timeout.toSeconds()))) {
            throw new IllegalArgumentException("a command may take 1 to 3600 whole seconds");
        }
    }

    @Override
    public String toString() {
        return "AgentCommand[]";
    }
}
