package dev.weir.foreign;

import com.agentclientprotocol.sdk.client.AcpAsyncClient;
import com.agentclientprotocol.sdk.client.AcpClient;
import com.agentclientprotocol.sdk.client.transport.AgentParameters;
import com.agentclientprotocol.sdk.client.transport.StdioAcpClientTransport;
import com.agentclientprotocol.sdk.client.transport.WebSocketAcpClientTransport;
import com.agentclientprotocol.sdk.json.AcpJsonMapper;
import com.agentclientprotocol.sdk.spec.AcpClientTransport;
import com.agentclientprotocol.sdk.spec.AcpSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** The Java SDK of ACP: a client, and the command of an agent. */
final class JavaSdk {
    /** What makes trouble on the way, if anything does. */
    static final String TEXT = "Gr\u00fc\u00dfe, \u4e16\u754c \ud83c\udf0d \u007f\u2028\u0085";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private JavaSdk() {}

    /** One turn with an agent that is a command; what the client was told and asked, in order, the stop reason last. */
    static List<String> talk(List<String> agent, Map<String, String> environment) {
        StdioAcpClientTransport transport = new StdioAcpClientTransport(AgentParameters.builder(agent.getFirst())
                .args(agent.subList(1, agent.size())).env(environment).build());
        transport.setStdErrorHandler(System.err::println);
        return talk(transport);
    }

    /** The same with an agent at a WebSocket. */
    static List<String> talk(URI url, String key) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return talk(new WebSocketAcpClientTransport(url, AcpJsonMapper.createDefault(),
                    new BearerHttpClient(http, key)));
        }
    }

    // Not the SDK's blocking client: that one hears on other threads than it gets its answers, and so may miss the last words.
    private static List<String> talk(AcpClientTransport transport) {
        List<String> heard = new CopyOnWriteArrayList<>();
        AcpAsyncClient client = AcpClient.async(transport).requestTimeout(LIMIT).sessionUpdateConsumer(told -> {
            heard.add(told.update().toString());
            return Mono.empty();
        }).requestPermissionHandler(asked -> {
            heard.add(asked.toolCall() + " " + asked.options());
            return Mono.just(new AcpSchema.RequestPermissionResponse(
                    new AcpSchema.PermissionSelected(asked.options().getFirst().optionId())));
        }).build();
        try {
            AcpSchema.PromptResponse answer = client
                    .initialize(new AcpSchema.InitializeRequest(1, new AcpSchema.ClientCapabilities()))
                    .doOnNext(capabilities -> heard.add(capabilities.toString()))
                    .then(client.newSession(new AcpSchema.NewSessionRequest("/tmp", List.of())))
                    .flatMap(session -> client.prompt(new AcpSchema.PromptRequest(session.sessionId(),
                            List.of(new AcpSchema.TextContent(TEXT)))))
                    .block(LIMIT);
            heard.add(answer.stopReason().toString());
            return List.copyOf(heard);
        } finally {
            client.closeGracefully().block(LIMIT);
        }
    }

    /** The command of {@link JavaAgent}, short enough to be typed. */
    static List<String> agent(Path directory) throws IOException {
        Path arguments = directory.resolve("agent.args");
        Files.writeString(arguments, "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp \""
                + System.getProperty("java.class.path") + "\" " + JavaAgent.class.getName());
        return List.of(ProcessHandle.current().info().command().orElseThrow(), "@" + arguments);
    }
}
