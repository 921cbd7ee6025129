package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreClient;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeAgentRuntimeRequest;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeAgentRuntimeResponse;
import software.amazon.awssdk.services.bedrockagentcore.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockagentcore.model.RuntimeClientErrorException;
import software.amazon.awssdk.services.bedrockagentcore.model.ValidationException;

/** Clients that nobody here wrote, unmodified but for the endpoint. */
class ForeignClientTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/skills";
    private static final String BOTO3 = """
            import boto3, sys
            client = boto3.client("bedrock-agentcore")
            session = "boto3-" + "s" * 40
            answer = client.invoke_agent_runtime(agentRuntimeArn=sys.argv[1], runtimeSessionId=session,
                                                 payload=b'{"from": "boto3"}', contentType="application/json")
            print(answer["response"].read().decode(), answer["runtimeSessionId"] == session)
            answer = client.invoke_agent_runtime(agentRuntimeArn=sys.argv[1], runtimeSessionId=session, payload=b"sse")
            print(answer["contentType"], sum(1 for line in answer["response"].iter_lines() if line))
            print(client.stop_runtime_session(agentRuntimeArn=sys.argv[1], runtimeSessionId=session)["statusCode"])
            try:
                client.stop_runtime_session(agentRuntimeArn=sys.argv[1], runtimeSessionId=session)
            except client.exceptions.ResourceNotFoundException as e:
                print("ResourceNotFoundException")
            """;

    @TempDir
    Path dir;
    private EmulatorFixture emulator;
    private BedrockAgentCoreClient sdk;

    @BeforeEach
    void start() {
        emulator = new EmulatorFixture(dir);
        sdk = BedrockAgentCoreClient.builder().region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + emulator.port))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        emulator.credentials.accessKeyId(), emulator.credentials.secretAccessKey().reveal())))
                .build();
    }

    @AfterEach
    void stop() {
        sdk.close();
        emulator.close();
    }

    @Test
    void theAwsSdkInvokesAndStops() throws IOException {
        String session = newSession();

        try (ResponseInputStream<InvokeAgentRuntimeResponse> answer = sdk
                .invokeAgentRuntime(request(session, "{\"a\":1}"))) {
            assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
            assertThat(answer.response().runtimeSessionId()).isEqualTo(session);
            assertThat(answer.response().contentType()).isEqualTo("application/json");
        }
        assertThat(sdk.stopRuntimeSession(r -> r.agentRuntimeArn(ARN).runtimeSessionId(session)).statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> sdk.stopRuntimeSession(r -> r.agentRuntimeArn(ARN).runtimeSessionId(session)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void theAwsSdkKnowsTheErrors() {
        assertThatThrownBy(() -> sdk.invokeAgentRuntime(request(newSession(), "fail")))
                .isInstanceOf(RuntimeClientErrorException.class);
        assertThatThrownBy(() -> sdk.invokeAgentRuntime(request("short", "{}")))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void theAwsSdkReadsAnEventStreamWhileItIsBeingWritten() throws IOException {
        ResponseInputStream<InvokeAgentRuntimeResponse> answer = sdk
                .invokeAgentRuntime(request(newSession(), "endless"));
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));

        for (int n = 0; n < 20; n++) {
            assertThat(lines.readLine()).isEqualTo("data: " + n);
            assertThat(lines.readLine()).isEmpty();
        }
        assertThat(emulator.container.openInvocations).hasValue(1);
        answer.abort();
        await().until(() -> emulator.container.openInvocations.get() == 0);
    }

    @Test
    void boto3InvokesAndStops() throws IOException, InterruptedException {
        assumeTrue(runs("python3", "-c", "import boto3"), "python3 with boto3 is not installed");
        ProcessBuilder python = new ProcessBuilder("python3", "-c", BOTO3, ARN).redirectErrorStream(true);
        python.environment().put("AWS_ACCESS_KEY_ID", emulator.credentials.accessKeyId());
        python.environment().put("AWS_SECRET_ACCESS_KEY", emulator.credentials.secretAccessKey().reveal());
        python.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        python.environment().put("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://127.0.0.1:" + emulator.port);
        Process process = python.start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.lines()).containsExactly("{\"from\": \"boto3\"} True", "text/event-stream 3", "200",
                "ResourceNotFoundException");
        assertThat(process.waitFor()).isZero();
    }

    private static InvokeAgentRuntimeRequest request(String session, String payload) {
        return InvokeAgentRuntimeRequest.builder().agentRuntimeArn(ARN).runtimeSessionId(session)
                .contentType("application/json").payload(SdkBytes.fromUtf8String(payload)).build();
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
