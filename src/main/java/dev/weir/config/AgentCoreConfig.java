package dev.weir.config;

import java.time.Duration;

/**
 * The AgentCore client.
 *
 * @param endpoint base URL; empty = AWS's of the region (embedded mode sets its emulator's)
 * @param runtimeArn of the runtime that hosts skills
 * @param qualifier the runtime's endpoint name
 * @param connectTimeout for a WebSocket upgrade: a cold microVM may take minutes
 * @param ping between WebSocket pings
 * @param deadAfter without any answer a connection counts as dead
 * @param maxConnectionAge a connection is replaced before AgentCore's 60 minutes are over
 * @param interpreter the code interpreters beside the runtime
 */
public record AgentCoreConfig(
        String endpoint,
        String region,
        String runtimeArn,
        String qualifier,
        Duration connectTimeout,
        Duration ping,
        Duration deadAfter,
        Duration maxConnectionAge,
        InterpreterConfig interpreter) {
    public static final AgentCoreConfig DEFAULT = new AgentCoreConfig("", "us-east-1", "", "DEFAULT",
            Duration.ofSeconds(330),
            Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(55),
            InterpreterConfig.DEFAULT);
}
