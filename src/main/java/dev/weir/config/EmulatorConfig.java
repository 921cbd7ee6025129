package dev.weir.config;

import java.time.Duration;
import java.util.Map;

/**
 * The local AgentCore.
 *
 * @param port 0 = any free one
 * @param idleTimeout of a runtime session whose /ping says Healthy
 * @param maxLifetime of a runtime session, whatever it says
 * @param linger how long the process stays without sessions, connections or calls; zero = for ever
 * @param shells how command shells behave where clients have seen services differ
 * @param interpreters the code interpreters
 * @param runtimes further runtimes: name to the command line that serves one session on the port in {@code PORT}
 */
public record EmulatorConfig(
        int port,
        String region,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration linger,
        Limits limits,
        Faults faults,
        Shells shells,
        Interpreters interpreters,
        Map<String, String> runtimes) {
    /** What AgentCore allows a WebSocket connection (AWS: bedrock-agentcore-limits). */
    public record Limits(int maxMessageBytes, int maxMessagesPerSecond, Duration connectionTtl) {}

    /**
     * Troubles on purpose, all off by default.
     *
     * @param coldStart added to the first call of a session
     * @param conflictWhileProvisioning other calls during a cold start get 409 RetryableConflictException instead of waiting
     * @param cutEvery every WebSocket is cut, without a close frame, after so long; zero = never
     * @param slowReader pause after each message read from a client; zero = none
     */
    public record Faults(Duration coldStart, boolean conflictWhileProvisioning, Duration cutEvery,
            Duration slowReader) {
        public static final Faults NONE = new Faults(Duration.ZERO, true, Duration.ZERO, Duration.ZERO);
    }

    /**
     * Command shells.
     *
     * @param handshake {@code confirmed}: a status comes first; {@code late}: it comes after output; {@code twice}: a second one follows the
     *        replay, and only that one tells what was dropped; {@code silent}: none comes, as since August 2026
     * @param replay {@code all} that is kept, also what was delivered; or only what was put out while {@code detached}
     */
    public record Shells(String handshake, String replay) {
        public static final Shells DEFAULT = new Shells("confirmed", "all");
    }

    /**
     * Code interpreters.
     *
     * @param ids beside {@code aws.codeinterpreter.v1}, separated by spaces; an id that is not known is 404
     * @param maxSessions open at a time; one more is 402 ServiceQuotaExceededException
     * @param callsPerSecond of each operation; one more is 429 ThrottlingException (AWS: 30)
     * @param throttleInStream every so many calls of a tool are throttled inside their event stream; 0 = none
     */
    public record Interpreters(String ids, int maxSessions, int callsPerSecond, int throttleInStream) {
        public static final Interpreters DEFAULT = new Interpreters("", 1_000, 30, 0);
    }

    public static final EmulatorConfig DEFAULT = new EmulatorConfig(0, "us-east-1", Duration.ofMinutes(15),
            Duration.ofHours(8),
            Duration.ZERO, new Limits(64 * 1024, 250, Duration.ofHours(1)), Faults.NONE, Shells.DEFAULT,
            Interpreters.DEFAULT, Map.of());

    public EmulatorConfig {
        runtimes = Map.copyOf(runtimes);
    }
}
