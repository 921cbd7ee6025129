package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import java.time.Duration;

/**
 * What {@code weir agentcore-bridge} is to do.
 *
 * @param thread {@code PLATFORM:ID} whose microVM and shell to use; empty = new ones
 * @param cwd for sessions, in place of the client's; empty = the client's
 */
public record BridgeOrder(RuntimeTarget target, String command, String thread, String cwd,
        Policy policy, Duration startTimeout) {
    /**
     * Who may do what.
     *
     * @param stopOnCancel whether an agent that does not heed a cancel loses its microVM
     * @param clientServices whether the agent may use the client's files and terminals
     * @param permissions {@code ask} the client, {@code auto} or {@code deny}
     */
    public record Policy(boolean stopOnCancel, boolean clientServices, String permissions) {}

    /** Whether a terminal takes an agent's command line as it is. */
    public static boolean isTypable(String command) {
        return AcpOptions.isTypable(command);
    }
}
