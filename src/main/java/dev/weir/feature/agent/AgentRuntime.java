package dev.weir.feature.agent;

import io.vertx.core.Future;

/** AgentCore Runtime, as far as a gateway needs it. */
public interface AgentRuntime {
    /**
     * Opens the agent WebSocket of a session (InvokeAgentRuntimeWithWebSocketStream), starting its microVM where there is none: that may
     * take tens of seconds. Fails with {@code UpstreamFailed}, {@code UpstreamTimeout}, or {@code Unavailable} when trying again is sensible
     * (conflict while provisioning, throttling, connection refused).
     *
     * @param session the runtime session id, 33 to 100 characters of {@code [A-Za-z0-9_-]}
     */
    Future<AgentSocket> open(String session);

    /** Ends the session's microVM; completes also when there is none (StopRuntimeSession's 404 is success). */
    Future<Void> stop(String session);
}
