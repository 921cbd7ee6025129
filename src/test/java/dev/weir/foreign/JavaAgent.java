package dev.weir.foreign;

import com.agentclientprotocol.sdk.agent.AcpAgent;
import com.agentclientprotocol.sdk.agent.transport.StdioAcpAgentTransport;
import com.agentclientprotocol.sdk.spec.AcpSchema;
import java.util.List;
import java.util.UUID;

/** An agent of the Java SDK on standard input and output. Says what it was told, and whether it was let. */
public final class JavaAgent {
    private JavaAgent() {}

    public static void main(String[] args) {
        AcpAgent.sync(new StdioAcpAgentTransport())
                .initializeHandler(asked -> new AcpSchema.InitializeResponse(1, new AcpSchema.AgentCapabilities(),
                        List.of()))
                .newSessionHandler(asked -> new AcpSchema.NewSessionResponse(UUID.randomUUID().toString(), null, null))
                .promptHandler((asked, client) -> {
                    client.sendMessage("You said " + asked.text());
                    client.sendMessage("and " + (client.askPermission("go on") ? "let" : "did not let") + " me");
                    return AcpSchema.PromptResponse.endTurn();
                }).build().run();
    }
}
