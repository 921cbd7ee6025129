package dev.weir.app;

import java.time.Duration;

/**
 * What {@code weir agentcore-bridge} is to do.
 *
 * @param thread {@code PLATFORM:ID} whose microVM and shell to use; empty = new ones
 * @param cwd for sessions, in place of the client's; empty = the client's
 * @param clientServices whether the agent may use the client's files and terminals
 */
public record BridgeOrder(RuntimeTarget target, String command, boolean stopOnCancel, String thread, String cwd,
        boolean clientServices, Duration startTimeout) {}
