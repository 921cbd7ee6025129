package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreClient;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeAgentRuntimeResponse;
import software.amazon.awssdk.services.bedrockagentcore.model.ResourceNotFoundException;

/** {@code weir emulate} as a process of its own, called by AWS's own clients with nothing but the environment it leaves. */
class EmulatorCommandIT {
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/skills";
    private static final String HANDLER = """
            import os
            def handler(input):
                print("working")
                yield {"half": input["n"] / 2}
                return {"double": input["n"] * 2, "who": os.environ["WHO"]}
            """;
    private static final String BOTO3 = """
            import boto3, json, sys
            arn, payload = sys.argv[1], sys.argv[2]
            client = boto3.client("bedrock-agentcore")
            session = "boto3-" + "s" * 40
            answer = client.invoke_agent_runtime(agentRuntimeArn=arn, runtimeSessionId=session, payload=payload,
                                                 contentType="application/json", accept="application/json")
            print(answer["contentType"], json.dumps(json.load(answer["response"]), sort_keys=True))
            answer = client.invoke_agent_runtime(agentRuntimeArn=arn, runtimeSessionId=session, payload=payload,
                                                 contentType="application/json", accept="text/event-stream")
            print(answer["contentType"], answer["runtimeSessionId"] == session)
            for line in answer["response"].iter_lines():
                if line.startswith(b"event:"):
                    print(line.decode())
            answer = client.invoke_agent_runtime_command(
                agentRuntimeArn=arn, runtimeSessionId=session,
                body={"command": "echo gr\\u00fc\\u00dfe; echo trouble >&2; exit 3", "timeout": 60})
            text = {"stdout": "", "stderr": ""}
            for event in answer["stream"]:
                for stream, piece in event["chunk"].get("contentDelta", {}).items():
                    text[stream] += piece
                stop = event["chunk"].get("contentStop")
            print(stop["exitCode"], stop["status"], json.dumps(text))
            print(client.stop_runtime_session(agentRuntimeArn=arn, runtimeSessionId=session)["statusCode"])
            try:
                client.stop_runtime_session(agentRuntimeArn=arn, runtimeSessionId=session)
            except client.exceptions.ResourceNotFoundException:
                print("ResourceNotFoundException")
            """;

    @TempDir
    private Path directory;
    private Path data;
    private Process emulator;
    private HttpServer packages;
    private String payload;

    @BeforeEach
    void start() throws Exception {
        data = directory.resolve("data dir");
        packages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] zip = zip();
        packages.createContext("/skill.zip", exchange -> {
            exchange.sendResponseHeaders(200, zip.length);
            exchange.getResponseBody().write(zip);
            exchange.close();
        });
        packages.start();
        payload = new JsonObject()
                .put("package_url", "http://127.0.0.1:" + packages.getAddress().getPort() + "/skill.zip")
                .put("digest", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip)))
                .put("handler", "main:handler").put("input", new JsonObject().put("n", 21))
                .put("env", new JsonObject().put("WHO", "somebody")).encode();
        emulator = new ProcessBuilder(Path.of("target", "weir", "bin", "weir").toAbsolutePath().toString(), "emulate",
                "--data", data.toString(), "--port", "0").redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> EmulatorProcess.find(data).isPresent());
    }

    @AfterEach
    void stop() throws InterruptedException {
        packages.stop(0);
        emulator.destroy();
        assertThat(emulator.waitFor(20, TimeUnit.SECONDS)).as("SIGTERM ends it").isTrue();
        assertThat(emulator.exitValue()).isZero();
    }

    @Test
    void boto3NeedsOnlyTheEnvironmentFile() throws Exception {
        assumeTrue(Programs.runs("python3", "-c", "import boto3; boto3.client('bedrock-agentcore', 'us-east-1')"
                + ".invoke_agent_runtime_command"), "python3 with a boto3 that runs commands is not installed");
        // As a person would: the shell reads the file that the emulator wrote.
        Process python = new ProcessBuilder("sh", "-c", ". \"$1\"; exec python3 -c \"$2\" \"$3\" \"$4\"", "sh",
                data.resolve("emulator.env").toString(), BOTO3, ARN, payload).redirectErrorStream(true).start();

        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.lines()).containsExactly("application/json {\"double\": 42, \"who\": \"somebody\"}",
                "text/event-stream True", "event: output", "event: message", "event: succeeded",
                "3 COMPLETED {\"stdout\": \"gr\\u00fc\\u00dfe\\n\", \"stderr\": \"trouble\\n\"}", "200",
                "ResourceNotFoundException");
        assertThat(python.waitFor()).isZero();
    }

    @Test
    void theAwsCliRunsACommandIfItHasTheOperation() throws Exception {
        assumeTrue(Programs.find("aws").isPresent(), "the AWS CLI is not installed");
        // AWS CLI 1 leaves out what answers with an event stream (awscli/customizations/removals.py).
        assumeTrue(aws("").contains("required"), "this AWS CLI leaves out invoke-agent-runtime-command");
        assertThat(aws(" --agent-runtime-arn " + ARN + " --runtime-session-id " + UUID.randomUUID()
                + " --body command='exit 3'")).contains("exitCode");
    }

    private String aws(String arguments) throws IOException {
        Process cli = new ProcessBuilder("sh", "-c",
                ". \"$1\"; exec aws bedrock-agentcore invoke-agent-runtime-command" + arguments, "sh",
                data.resolve("emulator.env").toString()).redirectErrorStream(true).start();
        return new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theAwsSdkForJavaNeedsOnlyEndpointAndCredentials() throws IOException {
        EmulatorState state = EmulatorProcess.find(data).orElseThrow();
        String session = UUID.randomUUID().toString();
        try (BedrockAgentCoreClient sdk = BedrockAgentCoreClient.builder().region(Region.of(state.region()))
                .endpointOverride(URI.create(state.endpoint())).httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        state.credentials().accessKeyId(), state.credentials().secretAccessKey().reveal())))
                .build()) {
            Answer json = invoke(sdk, session, "application/json");
            assertThat(json.head().contentType()).isEqualTo("application/json");
            assertThat(new JsonObject(json.body())).isEqualTo(new JsonObject("{\"double\":42,\"who\":\"somebody\"}"));

            Answer stream = invoke(sdk, session, "text/event-stream");
            assertThat(stream.head().contentType()).isEqualTo("text/event-stream");
            assertThat(stream.head().runtimeSessionId()).isEqualTo(session);
            assertThat(stream.body().lines().filter(line -> line.startsWith("event:")))
                    .containsExactly("event: output", "event: message", "event: succeeded");

            assertThat(sdk.stopRuntimeSession(r -> r.agentRuntimeArn(ARN).runtimeSessionId(session)).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> sdk.stopRuntimeSession(r -> r.agentRuntimeArn(ARN).runtimeSessionId(session)))
                    .isInstanceOf(ResourceNotFoundException.class);
        }
    }

    private Answer invoke(BedrockAgentCoreClient sdk, String session, String accept) throws IOException {
        try (ResponseInputStream<InvokeAgentRuntimeResponse> answer = sdk.invokeAgentRuntime(r -> r
                .agentRuntimeArn(ARN).runtimeSessionId(session).contentType("application/json").accept(accept)
                .payload(SdkBytes.fromUtf8String(payload)))) {
            return new Answer(answer.response(), new String(answer.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
            archive.putNextEntry(new ZipEntry("main.py"));
            archive.write(HANDLER.getBytes(StandardCharsets.UTF_8));
            archive.closeEntry();
        }
        return bytes.toByteArray();
    }

    private record Answer(InvokeAgentRuntimeResponse head, String body) {}
}
