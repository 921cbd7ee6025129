package dev.weir.app;

import dev.weir.config.RuntimeArn;
import java.time.Duration;

/**
 * What {@code weir agentcore-bridge} is to do.
 *
 * @param endpoint base URL; empty = AWS's own of the region
 * @param thread {@code PLATFORM:ID} whose microVM and shell to use; empty = new ones
 * @param cwd for sessions, in place of the client's; empty = the client's
 * @param clientServices whether the agent may use the client's files and terminals
 */
public record BridgeOrder(RuntimeArn arn, String region, String endpoint, String qualifier, String command,
        boolean stopOnCancel, String thread, String cwd, boolean clientServices, Duration startTimeout) {}
