package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ACP clients and agents of other people, at both ends of {@code weir agentcore-bridge} with a real terminal between: each says and hears
 * what it says and hears without the bridge.
 */
class AcpClientsIT {
    private static final String WEIR = Path.of("target", "weir", "bin", "weir").toAbsolutePath().toString();
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell";

    @TempDir
    private static Path directory;
    private static Process emulator;
    private static Map<String, String> environment;
    private static ExecutorService pool;

    @BeforeAll
    static void start() throws IOException {
        Path data = directory.resolve("data");
        emulator = new ProcessBuilder(WEIR, "emulate", "--data", data.toString(), "--port", "0")
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> EmulatorProcess.find(data).isPresent());
        EmulatorState state = EmulatorProcess.find(data).orElseThrow();
        environment = Map.of("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", state.endpoint(), "AWS_ACCESS_KEY_ID",
                state.credentials().accessKeyId(), "AWS_SECRET_ACCESS_KEY",
                state.credentials().secretAccessKey().reveal());
        pool = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        pool.shutdownNow();
        emulator.destroy();
        assertThat(emulator.waitFor(20, TimeUnit.SECONDS)).as("SIGTERM ends it").isTrue();
    }

    @Test
    void bothSdksFinishATurnOfTheNodeSdksAgent() throws Exception {
        NodeSdk node = NodeSdk.require(environment);
        List<String> agent = node.agent("agent");
        Future<List<String>> nodeDirect = pool.submit(() -> node.talk(1, 1, agent));
        Future<List<String>> nodeBridged = pool.submit(() -> node.talk(1, 1, bridged(agent)));
        Future<List<String>> javaDirect = pool.submit(() -> JavaSdk.talk(agent, environment));
        Future<List<String>> javaBridged = pool.submit(() -> JavaSdk.talk(bridged(agent), environment));

        assertThat(masked(nodeBridged.get())).isEqualTo(masked(nodeDirect.get())).hasSize(16)
                .filteredOn(line -> line.contains("session/request_permission")).hasSize(1);
        assertThat(nodeBridged.get()).endsWith(
                "< {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"stopReason\":\"end_turn\"}}",
                "exit 0");
        assertThat(masked(javaBridged.get())).isEqualTo(masked(javaDirect.get())).hasSize(10).endsWith("END_TURN");
    }

    @Test
    void case35Version2IsSpokenAsWithoutTheBridge() throws Exception {
        NodeSdk node = NodeSdk.require(environment);
        List<String> agent = node.agent("dual-version-agent");

        List<List<String>> traces = both(command -> node.talk(2, 2, command), agent);

        assertThat(traces.getLast()).isEqualTo(traces.getFirst()).hasSize(11).contains("exit 0")
                .anyMatch(line -> line.startsWith("< ") && line.contains("\"protocolVersion\":2"))
                .anyMatch(line -> line.startsWith("< ") && line.contains("\"state\":\"idle\""));
    }

    @Test
    void case35TheJavaSdksAgentAnswersAClientOfVersion2WithVersion1() throws Exception {
        NodeSdk node = NodeSdk.require(environment);

        List<List<String>> traces = both(command -> node.talk(1, 2, command), JavaSdk.agent(directory));

        assertThat(traces.getLast()).isEqualTo(traces.getFirst()).contains("exit 0")
                .anyMatch(line -> line.startsWith("> ") && line.contains("\"protocolVersion\":2"))
                .anyMatch(line -> line.startsWith("< ") && line.contains("\"protocolVersion\":1"))
                .anyMatch(line -> line.startsWith("< ") && line.contains("and let me"));
    }

    @Test
    void theJavaSdkTalksToItself() throws Exception {
        List<List<String>> traces = both(command -> JavaSdk.talk(command, environment), JavaSdk.agent(directory));

        assertThat(traces.getLast()).isEqualTo(traces.getFirst()).endsWith("END_TURN")
                .anyMatch(line -> line.contains("You said " + JavaSdk.TEXT));
    }

    /** The masked trace of a turn with the agent itself, and of one with the bridge before it; at once. */
    private static List<List<String>> both(Turn turn, List<String> agent) throws Exception {
        List<Callable<List<String>>> turns = List.of(() -> masked(turn.with(agent)),
                () -> masked(turn.with(bridged(agent))));
        List<List<String>> traces = new ArrayList<>();
        for (Future<List<String>> each : pool.invokeAll(turns)) {
            traces.add(each.get());
        }
        return traces;
    }

    /** The command that an editor would be given in place of the agent's. */
    private static List<String> bridged(List<String> agent) {
        return List.of(WEIR, "agentcore-bridge", "--runtime-arn", ARN, "--command", String.join(" ", agent));
    }

    /** Without the ids that agents make up. */
    private static List<String> masked(List<String> trace) {
        return trace.stream().map(line -> line
                .replaceAll("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\\b[0-9a-f]{32}\\b|\\b[0-9a-f]{8}-[0-9]\\b",
                        "ID"))
                .toList();
    }

    /** A client's turn with an agent's command. */
    private interface Turn {
        List<String> with(List<String> command) throws Exception;
    }
}
