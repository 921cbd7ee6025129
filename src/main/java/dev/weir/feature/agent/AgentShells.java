package dev.weir.feature.agent;

import io.vertx.core.Future;

/** Command shells: terminals in the microVMs of one AgentCore runtime (InvokeAgentRuntimeCommandShell). */
public interface AgentShells {
    /**
     * Connects to a shell and starts it, and the microVM, where it is not there; that may take minutes. Never fails: what goes wrong is
     * told to {@code listener}. A connection that is lost is made again for as long as {@link ShellRetry} says, to the same shell.
     */
    AgentShell open(ShellAddress address, ShellListener listener);

    /** Ends the session's microVM with all its shells; completes also when there is none. */
    Future<Void> stop(String session);
}
