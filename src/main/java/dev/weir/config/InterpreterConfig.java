package dev.weir.config;

import java.time.Duration;
import java.util.Map;

/**
 * The code interpreters of AgentCore, for sandboxes and for skills whose stages run in them.
 *
 * @param environments what callers name an interpreter by, and its identifier at the service; each is used with the network mode it was made
 *        with
 * @param defaultEnvironment where no caller names one
 * @param warm sessions kept of each tenant, user and environment; more are in use only while there is more to do at once
 * @param idleTimeout of a warm session that nobody uses; at exactly so long it is over
 * @param lifetime asked of the service for a warm session; nothing extends it
 * @param sessionsPerUser that a user may hold open at a time through the API
 * @param maxFileBytes of one file that goes up or down through the API; much more does not fit into one answer of the service
 */
public record InterpreterConfig(
        Map<String, String> environments,
        String defaultEnvironment,
        int warm,
        Duration idleTimeout,
        Duration lifetime,
        int sessionsPerUser,
        long maxFileBytes) {
    public static final InterpreterConfig DEFAULT = new InterpreterConfig(
            Map.of("default-public", "aws.codeinterpreter.v1"), "default-public", 8, Duration.ofMinutes(30),
            Duration.ofHours(1), 16, 10L * 1024 * 1024);

    public InterpreterConfig {
        environments = Map.copyOf(environments);
    }
}
