package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.wire.eventstream.EventMessage;
import dev.weir.wire.eventstream.EventReader;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatorCommandTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell";
    private static final String BOTO3 = """
            import boto3, json, sys
            client = boto3.client("bedrock-agentcore")
            def run(command, **more):
                answer = client.invoke_agent_runtime_command(agentRuntimeArn=sys.argv[1], contentType="application/json",
                    accept="application/vnd.amazon.eventstream", runtimeSessionId="boto3-" + "s" * 40,
                    body=dict(command=command, **more))
                text = {"stdout": "", "stderr": ""}
                for event in answer["stream"]:
                    chunk = event["chunk"]
                    for stream, piece in chunk.get("contentDelta", {}).items():
                        text[stream] += piece
                    if "contentStop" in chunk:
                        print(chunk["contentStop"]["exitCode"], chunk["contentStop"]["status"], json.dumps(text))
            run("echo gr\\u00fc\\u00dfe; echo trouble >&2; exit 3")
            run("touch here; pwd | wc -l")
            run("ls")
            run("sleep 30", timeout=1)
            try:
                run("")
            except Exception as e:
                print(type(e).__name__)
            """;

    @TempDir
    Path dir;
    private EmulatorFixture emulator;

    @BeforeEach
    void start() {
        emulator = new EmulatorFixture(dir);
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    @Test
    void aCommandIsAStreamOfEventsThatEndsWithTheExitCode() {
        String session = newSession();
        List<String> events = run(session, "{\"command\":\"echo out; echo err >&2; exit 3\"}");
        assertThat(events).startsWith("{\"contentStart\":{}}")
                .endsWith("{\"contentStop\":{\"exitCode\":3,\"status\":\"COMPLETED\"}}")
                .contains("{\"contentDelta\":{\"stdout\":\"out\\n\"}}", "{\"contentDelta\":{\"stderr\":\"err\\n\"}}");
        assertThat(run(session, "{\"command\":\"cat; echo $((6*7)) > kept; cd /\"}")).hasSize(2);
        assertThat(run(session, "{\"command\":\"cat kept; sleep 0.1; env | grep -c '^AWS_'\"}"))
                .contains("{\"contentDelta\":{\"stdout\":\"42\\n\"}}", "{\"contentDelta\":{\"stdout\":\"0\\n\"}}");
    }

    @Test
    void theEndIsTheGoldenMessage() {
        Answer answer = send(newSession(), "{\"command\":\"true\"}");
        assertThat(answer.headers().get("Content-Type")).isEqualTo("application/vnd.amazon.eventstream");
        assertThat(HexFormat.of().formatHex(answer.body().getBytes())).endsWith("f838d059")
                .contains("0000008e0000004b8afa49820b3a6576656e742d74797065");
    }

    @Test
    void aCommandOverItsTimeIsKilled() {
        List<String> events = run(newSession(), "{\"command\":\"sleep 5432.5\",\"timeout\":1}");
        assertThat(events).endsWith("{\"contentStop\":{\"exitCode\":-1,\"status\":\"TIMED_OUT\"}}");
        assertNoneIsLeft("5432.5");
    }

    @Test
    void charactersAreNeverCutAndNoEventIsTooLarge() {
        List<EventMessage> messages = messages(send(newSession(),
                "{\"command\":\"for i in $(seq 20000); do printf '\\ud83d\\ude00\\u00e9'; done; printf '\\\\xff'\"}"));
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> {
            assertThat(message.payload().length()).isLessThanOrEqualTo(64 * 1024);
            text.append(message.payload().toJsonObject().getJsonObject("contentDelta", new JsonObject())
                    .getString("stdout", ""));
        });
        assertThat(text.toString()).isEqualTo("\ud83d\ude00\u00e9".repeat(20000) + "\ufffd");
    }

    @Test
    void whatACommandLeavesInTheBackgroundDoesNotHoldTheAnswer() {
        assertThat(run(newSession(), "{\"command\":\"sleep 20 & echo done\"}"))
                .contains("{\"contentDelta\":{\"stdout\":\"done\\n\"}}")
                .endsWith("{\"contentStop\":{\"exitCode\":0,\"status\":\"COMPLETED\"}}");
    }

    @Test
    void aCallerWhoLeavesTakesTheCommandWithHim() {
        HttpClient http = emulator.vertx.createHttpClient();
        EmulatorFixture.await(request(http, newSession(), "{\"command\":\"sleep 6543.5\"}").compose(
                request -> request.send(Buffer.buffer("{\"command\":\"sleep 6543.5\"}"))));
        await().until(() -> running("6543.5"));
        EmulatorFixture.await(http.close());
        assertNoneIsLeft("6543.5");
    }

    @Test
    void theSessionsEndIsAnExceptionInTheStream() {
        String session = newSession();
        HttpClient http = emulator.vertx.createHttpClient();
        String body = "{\"command\":\"sleep 7654.5\"}";
        var answer = request(http, session, body).compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> response.body());
        await().until(() -> running("7654.5"));
        emulator.stop(session);
        EventMessage last = new EventReader().read(EmulatorFixture.await(answer)).getLast();
        assertThat(last.headers()).containsEntry(":exception-type", "runtimeClientError");
        assertNoneIsLeft("7654.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "{}", "{\"command\":\"\"}", "{\"command\":7}",
        "{\"command\":\"a\\u0000b\"}", "{\"command\":\"true\",\"timeout\":0}",
        "{\"command\":\"true\",\"timeout\":3601}",
        "{\"command\":\"true\",\"timeout\":\"9\"}", "{\"command\":\"true\",\"timeout\":1.5}"})
    void ordersThatBreakTheModelAreRefused(String body) {
        EmulatorFixture.Answer answer = EmulatorFixture.await(emulator.call("POST", "/commands", newSession(), body));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("ValidationException");
    }

    @Test
    void boto3RunsCommands() throws IOException, InterruptedException {
        assumeTrue(new ProcessBuilder("python3", "-c",
                "import boto3; boto3.client('bedrock-agentcore', 'us-east-1').invoke_agent_runtime_command")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0,
                "python3 with a boto3 that has invoke_agent_runtime_command is not installed");
        ProcessBuilder python = new ProcessBuilder("python3", "-c", BOTO3, ARN).redirectErrorStream(true);
        python.environment().put("AWS_ACCESS_KEY_ID", emulator.credentials.accessKeyId());
        python.environment().put("AWS_SECRET_ACCESS_KEY", emulator.credentials.secretAccessKey().reveal());
        python.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        python.environment().put("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://127.0.0.1:" + emulator.port);
        Process process = python.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines()).containsExactly(
                "3 COMPLETED {\"stdout\": \"gr\\u00fc\\u00dfe\\n\", \"stderr\": \"trouble\\n\"}",
                "0 COMPLETED {\"stdout\": \"1\\n\", \"stderr\": \"\"}",
                "0 COMPLETED {\"stdout\": \"here\\n\", \"stderr\": \"\"}",
                "-1 TIMED_OUT {\"stdout\": \"\", \"stderr\": \"\"}", "ParamValidationError");
    }

    private record Answer(MultiMap headers, Buffer body) {}

    private List<String> run(String session, String body) {
        return messages(send(session, body)).stream().map(message -> {
            assertThat(message.headers()).containsEntry(":event-type", "chunk").containsEntry(":message-type", "event");
            return message.payload().toString();
        }).toList();
    }

    private List<EventMessage> messages(Answer answer) {
        EventReader reader = new EventReader();
        List<EventMessage> messages = reader.read(answer.body());
        assertThat(reader.isBetweenMessages()).isTrue();
        return messages;
    }

    private Answer send(String session, String body) {
        HttpClient http = emulator.vertx.createHttpClient();
        return EmulatorFixture.await(request(http, session, body)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(bytes -> new Answer(response.headers(), bytes))));
    }

    private Future<HttpClientRequest> request(HttpClient http, String session,
            String body) {
        URI uri = emulator.uri("/commands");
        return http.request(new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1").setPort(emulator.port)
                .setURI(uri.getRawPath()).setHeaders(emulator.signer().headers("POST", uri, body,
                        EmulatorFixture.sessionHeader(session))));
    }

    private static boolean running(String word) {
        return ProcessHandle.current().descendants()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(word));
    }

    private static void assertNoneIsLeft(String word) {
        await().until(() -> !running(word));
    }
}
