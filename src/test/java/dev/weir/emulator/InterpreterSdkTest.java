package dev.weir.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.platform.http.VertxSdkHttpClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClient;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterResult;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterSessionStatus;
import software.amazon.awssdk.services.bedrockagentcore.model.ContentBlock;
import software.amazon.awssdk.services.bedrockagentcore.model.InputContentBlock;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeCodeInterpreterResponseHandler;
import software.amazon.awssdk.services.bedrockagentcore.model.ProgrammingLanguage;
import software.amazon.awssdk.services.bedrockagentcore.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockagentcore.model.StartCodeInterpreterSessionResponse;
import software.amazon.awssdk.services.bedrockagentcore.model.TaskStatus;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolArguments;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolName;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolResultStructuredContent;
import software.amazon.awssdk.services.bedrockagentcore.model.ValidationException;

/** The AWS SDK for Java, unmodified but for the endpoint, with every operation and every tool. */
class InterpreterSdkTest {
    private static final String INTERPRETER = "aws.codeinterpreter.v1";
    @TempDir
    static Path dir;
    private static EmulatorFixture emulator;
    private static BedrockAgentCoreAsyncClient sdk;

    @BeforeAll
    static void open() {
        emulator = new EmulatorFixture(dir);
        sdk = BedrockAgentCoreAsyncClient.builder().region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + emulator.port))
                .httpClient(new VertxSdkHttpClient(emulator.vertx, VertxSdkHttpClient.Settings.DEFAULT))
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        emulator.credentials.accessKeyId(), emulator.credentials.secretAccessKey().reveal())))
                .build();
    }

    @AfterAll
    static void close() {
        sdk.close();
        emulator.close();
    }

    @Test
    void sessionsAreStartedFoundListedAndStopped() {
        StartCodeInterpreterSessionResponse started = sdk.startCodeInterpreterSession(start -> start
                .codeInterpreterIdentifier(INTERPRETER).name("sdk").sessionTimeoutSeconds(120)).join();
        String session = started.sessionId();

        assertThat(started.createdAt()).isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now());
        assertThat(sdk.getCodeInterpreterSession(get -> get.codeInterpreterIdentifier(INTERPRETER).sessionId(session))
                .join().status()).isEqualTo(CodeInterpreterSessionStatus.READY);
        assertThat(sdk.listCodeInterpreterSessions(list -> list.codeInterpreterIdentifier(INTERPRETER)
                .status(CodeInterpreterSessionStatus.READY)).join().items()).anyMatch(
                        item -> item.sessionId().equals(session) && item.name().equals("sdk"));
        assertThat(
                sdk.stopCodeInterpreterSession(stop -> stop.codeInterpreterIdentifier(INTERPRETER).sessionId(session))
                        .join().lastUpdatedAt())
                .isAfterOrEqualTo(started.createdAt());
        assertThat(sdk.getCodeInterpreterSession(get -> get.codeInterpreterIdentifier(INTERPRETER).sessionId(session))
                .join().status()).isEqualTo(CodeInterpreterSessionStatus.TERMINATED);
        assertThatThrownBy(() -> invoke(session, ToolName.EXECUTE_COMMAND, args -> args.command("true")))
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void codeAndCommandsRun() {
        String session = start();
        ToolResultStructuredContent code = structured(invoke(session, ToolName.EXECUTE_CODE,
                args -> args.code("print('hi')\n6 * 7").language(ProgrammingLanguage.PYTHON).clearContext(false)));
        ToolResultStructuredContent command = structured(invoke(session, ToolName.EXECUTE_COMMAND,
                args -> args.command("echo err >&2; exit 2")));

        assertThat(code.stdout()).isEqualTo("hi\n42\n");
        assertThat(code.exitCode()).isZero();
        assertThat(code.executionTime()).isNotNegative();
        assertThat(command.stderr()).isEqualTo("err\n");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThatThrownBy(() -> invoke(session, ToolName.GET_TASK, args -> args.taskId("none")))
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(ValidationException.class);
    }

    @Test
    void filesGoUpAndComeDown() {
        String session = start();
        byte[] large = new byte[1024 * 1024];
        Arrays.fill(large, (byte) 0xff);
        invoke(session, ToolName.WRITE_FILES, args -> args.content(
                InputContentBlock.builder().path("a/text").text("line\u2028").build(),
                InputContentBlock.builder().path("large").blob(SdkBytes.fromByteArray(large)).build()));

        List<ContentBlock> read = content(invoke(session, ToolName.READ_FILES, args -> args.paths("a/text", "large")));
        List<ContentBlock> listed = content(invoke(session, ToolName.LIST_FILES, args -> args.directoryPath("a")));
        invoke(session, ToolName.REMOVE_FILES, args -> args.paths("a/text"));

        assertThat(read.get(0).resource().text()).isEqualTo("line\u2028");
        assertThat(read.get(1).resource().blob().asByteArrayUnsafe()).isEqualTo(large);
        assertThat(listed).singleElement().satisfies(link -> {
            assertThat(link.uri()).isEqualTo("file:///a/text");
            assertThat(link.size()).isEqualTo(7);
        });
        assertThat(invoke(session, ToolName.READ_FILES, args -> args.paths("a/text")).getLast().isError()).isTrue();
    }

    @Test
    void tasksAreStartedAskedForAndStopped() {
        String session = start();
        String task = structured(invoke(session, ToolName.START_COMMAND_EXECUTION,
                args -> args.command("echo on; exec sleep 300"))).taskId();

        await().pollInterval(Duration.ofMillis(100)).until(() -> structured(
                invoke(session, ToolName.GET_TASK, args -> args.taskId(task))).stdout().equals("on\n"));
        assertThat(structured(invoke(session, ToolName.STOP_TASK, args -> args.taskId(task))).taskStatus())
                .isEqualTo(TaskStatus.CANCELED);
    }

    private static String start() {
        return sdk.startCodeInterpreterSession(start -> start.codeInterpreterIdentifier(INTERPRETER)).join()
                .sessionId();
    }

    private static List<CodeInterpreterResult> invoke(String session, ToolName tool,
            Consumer<ToolArguments.Builder> arguments) {
        List<CodeInterpreterResult> results = new ArrayList<>();
        sdk.invokeCodeInterpreter(call -> call.codeInterpreterIdentifier(INTERPRETER).sessionId(session).name(tool)
                .arguments(arguments),
                InvokeCodeInterpreterResponseHandler.builder().subscriber(InvokeCodeInterpreterResponseHandler.Visitor
                        .builder().onResult(results::add).build()).build())
                .join();
        return results;
    }

    private static ToolResultStructuredContent structured(List<CodeInterpreterResult> results) {
        return results.getLast().structuredContent();
    }

    private static List<ContentBlock> content(List<CodeInterpreterResult> results) {
        return results.stream().flatMap(result -> result.content().stream()).toList();
    }
}
