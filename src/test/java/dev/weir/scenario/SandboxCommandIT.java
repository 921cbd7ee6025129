package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.platform.http.JdkSdkHttpClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClient;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterSessionStatus;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterSessionSummary;

/** {@code weir sandbox} of the packaged distribution against {@code weir emulate}, with nothing but what {@code emulator.env} sets. */
class SandboxCommandIT {
    private static final String WEIR = Path.of("target", "weir", "bin", "weir").toAbsolutePath().toString();
    private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;
    private static Process emulator;
    private static EmulatorState state;

    @BeforeAll
    static void start() throws Exception {
        Path data = directory.resolve("data");
        ProcessBuilder builder = new ProcessBuilder(WEIR, "emulate", "--data", data.toString(), "--port", "0")
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        builder.environment().put("WEIR_JAVA_OPTS", QUICK);
        emulator = builder.start();
        await().atMost(PATIENCE).until(() -> EmulatorProcess.find(data).isPresent());
        state = EmulatorProcess.find(data).orElseThrow();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        emulator.destroy();
        assertThat(emulator.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void codeFromStandardInputWithFilesUpAndDown() throws Exception {
        Path in = Files.write(directory.resolve("in.bin"), new byte[]{0, -1, 10});
        Path out = directory.resolve("out.bin");
        Ended ended = run("""
                import sys
                data = open('in.bin', 'rb').read()
                open('result', 'wb').write(data[::-1])
                print(1)
                print('trouble', file=sys.stderr)
                """, "run", "-", "--upload", in.toString(), "--download", "result:" + out);
        assertThat(ended).isEqualTo(new Ended(0, "1\n", "trouble\n"));
        assertThat(Files.readAllBytes(out)).isEqualTo(new byte[]{10, -1, 0});
        assertThat(sessions(CodeInterpreterSessionStatus.READY)).isEmpty();
    }

    @Test
    void s1_18_s1_20_jsonAndTheExitCodeOfTheOtherSide() throws Exception {
        Ended ended = run("", "run", "--json", "--cmd", "echo hi; echo oops >&2; exit 7");
        JsonObject json = new JsonObject(ended.out());
        assertThat(ended.code()).isEqualTo(7);
        assertThat(json.fieldNames()).containsExactly("stdout", "stderr", "exitCode", "executionTime", "isError");
        assertThat(json.getString("stdout")).isEqualTo("hi\n");
        assertThat(json.getString("stderr")).isEqualTo("oops\n");
        assertThat(json.getInteger("exitCode")).isEqualTo(7);
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void s1_01_aSessionThatIsStartedUsedAndStopped() throws Exception {
        String session = run("", "start", "--timeout", "120").out().strip();
        assertThat(session).matches("[0-9a-zA-Z]{1,40}");
        assertThat(run("", "exec", "--", session, "print(42)").out()).isEqualTo("42\n");
        assertThat(run("", "stop", session)).isEqualTo(new Ended(0, "Session " + session + " stopped.\n", ""));
        Ended late = run("", "exec", session, "--json", "1");
        assertThat(late.code()).isEqualTo(1);
        assertThat(new JsonObject(late.out()).getJsonObject("error").getString("detail")).isNotBlank();
    }

    @Test
    void s1_23_controlCStopsTheSession() throws Exception {
        Path seen = directory.resolve("seen");
        Process process = command("run", "print('on', flush=True)\nimport time\ntime.sleep(600)")
                .redirectErrorStream(true).redirectOutput(seen.toFile()).start();
        await().atMost(PATIENCE).until(() -> Files.readString(seen).contains("on\n"));
        List<CodeInterpreterSessionSummary> open = sessions(CodeInterpreterSessionStatus.READY);
        assertThat(open).hasSize(1);
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(sessions(CodeInterpreterSessionStatus.READY)).isEmpty();
        assertThat(sessions(CodeInterpreterSessionStatus.TERMINATED)).extracting(each -> each.sessionId())
                .contains(open.getFirst().sessionId());
    }

    private static List<CodeInterpreterSessionSummary> sessions(CodeInterpreterSessionStatus status) throws Exception {
        try (JdkSdkHttpClient http = new JdkSdkHttpClient(false);
                BedrockAgentCoreAsyncClient sdk = BedrockAgentCoreAsyncClient.builder()
                        .region(Region.of(state.region())).endpointOverride(URI.create(state.endpoint()))
                        .httpClient(http)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                                state.credentials().accessKeyId(), state.credentials().secretAccessKey().reveal())))
                        .build()) {
            return sdk.listCodeInterpreterSessions(list -> list.codeInterpreterIdentifier("aws.codeinterpreter.v1")
                    .status(status)).get(30, TimeUnit.SECONDS).items();
        }
    }

    private static ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>(List.of(WEIR, "sandbox"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = new HashMap<>(Map.of("AWS_ACCESS_KEY_ID", state.credentials().accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", state.credentials().secretAccessKey().reveal(), "AWS_REGION", state.region(),
                "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", state.endpoint()));
        builder.environment().keySet().removeIf(name -> name.startsWith("CUSTOM_AGENTCORE_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static Ended run(String input, String... words) throws Exception {
        Path err = Files.createTempFile(directory, "err", "");
        Process process = command(words).redirectError(err.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    private record Ended(int code, String out, String err) {}
}
