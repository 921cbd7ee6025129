package dev.weir.feature.agent;

/** Serves the clients of agents once it is known what they may do. */
public interface AgentDoor {
    /**
     * A conversation in ACP, one JSON-RPC message in each message.
     *
     * @param lasting whether the conversation is had again later: then the agent's microVM outlives the connection
     */
    MessageSocket.Listener converse(MessageSocket client, String agent, ShellAddress address, boolean lasting);

    /** A terminal, in the messages of AgentCore's command shells. */
    MessageSocket.Listener terminal(MessageSocket client, String agent, ShellAddress address);
}
