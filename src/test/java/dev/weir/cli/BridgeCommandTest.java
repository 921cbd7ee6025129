package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.app.BridgeOrder;
import dev.weir.app.RuntimeTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BridgeCommandTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/demo";

    @TempDir
    Path dir;
    private final List<BridgeOrder> orders = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    @Test
    void theRegionIsTheArnsAndTheRestHasDefaults() {
        assertThat(run(Map.of(), "--runtime-arn", ARN)).isEqualTo(44);
        BridgeOrder order = orders.getFirst();
        assertThat(order.target().arn().text()).isEqualTo(ARN);
        assertThat(order.target().region()).isEqualTo("eu-west-1");
        assertThat(order.command()).isEqualTo("kiro-cli acp --trust-all-tools");
        assertThat(order.policy()).isEqualTo(new BridgeOrder.Policy(true, true, "ask"));
        assertThat(order.target().endpoint()).isEmpty();
    }

    @Test
    void flagsSayItAll() {
        assertThat(run(Map.of("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://env:1"), "--runtime-arn", ARN, "--region",
                "us-east-1", "--command", "claude --acp", "--cancel-strategy", "NoOp", "--thread", "slack:C1",
                "--cwd", "/work", "--no-client-services", "--start-timeout", "5", "--qualifier", "beta",
                "--permissions", "auto")).isEqualTo(44);
        assertThat(orders.getFirst()).isEqualTo(new BridgeOrder(new RuntimeTarget(
                orders.getFirst().target().arn(), "us-east-1", "http://env:1", "beta", Optional.empty()),
                "claude --acp", "slack:C1", "/work", new BridgeOrder.Policy(false, false, "auto"),
                Duration.ofSeconds(5)));
    }

    @Test
    void theFileOfOpenabIsReadAndFlagsWin() throws IOException {
        Path file = dir.resolve("config.toml");
        Files.writeString(file, """
                [agentcore]
                runtime_arn = "${ARN}"
                shell_command = "from-file"
                cancel_strategy = "NOOP"
                """);
        assertThat(run(Map.of("ARN", ARN), "--config-toml", file.toString())).isEqualTo(44);
        assertThat(orders.getFirst().command()).isEqualTo("from-file");
        assertThat(orders.getFirst().policy().stopOnCancel()).isFalse();
        assertThat(run(Map.of("ARN", ARN), "--config-toml", file.toString(), "--command", "mine",
                "--cancel-strategy", "stop")).isEqualTo(44);
        assertThat(orders.getLast().command()).isEqualTo("mine");
        assertThat(orders.getLast().policy().stopOnCancel()).isTrue();
    }

    @Test
    void aTokenFileStandsForCredentialsIfItIsThere() throws IOException {
        Path token = Files.writeString(dir.resolve("token"), "a.b.c");
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--token-file", token.toString())).isEqualTo(44);
        assertThat(orders.getFirst().target().tokenFile()).contains(token);
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--token-file", token + ".absent")).isEqualTo(2);
        assertThat(err.toString()).contains("--token-file");
    }

    @Test
    void everythingWrongIsSaidAtOnceAndNothingStarts() {
        assertThat(run(Map.of(), "--runtime-arn", "arn:secret", "--cancel-strategy", "maybe", "--thread", "x",
                "--start-timeout", "0", "--log-level", "loud", "--permissions", "some")).isEqualTo(2);
        assertThat(err.toString())
                .contains("6 problems", "ask, auto or deny", "is not a valid runtime ARN", "must be stop or noop",
                        "PLATFORM:ID", "1 to 3600", "--log-level")
                .doesNotContain("secret", "maybe");
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(orders).isEmpty();
    }

    @Test
    void whatIsNoEndpointIsNamedByItsSource() {
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--endpoint", "localhost 8080")).isEqualTo(2);
        assertThat(err.toString()).contains("--endpoint", "must be an http or https URL").doesNotContain("localhost");
        assertThat(run(Map.of("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "nonsense"), "--runtime-arn", ARN, "--region",
                "us east 1")).isEqualTo(2);
        assertThat(err.toString()).contains("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "--region")
                .doesNotContain("nonsense");
        assertThat(orders).isEmpty();
    }

    @Test
    void aCommandThatATerminalWouldNotTakeIsRefused() {
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--command", "x".repeat(4000))).isEqualTo(2);
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--command", "agent\targument")).isEqualTo(2);
        assertThat(err.toString()).contains("--command", "control characters");
        assertThat(orders).isEmpty();
    }

    private int run(Map<String, String> environment, String... arguments) {
        CommandLine line = CommandLines
                .of(new Launch(config -> 42, config -> 43, config -> 44, config -> null, order -> {
                    orders.add(order);
                    return 44;
                }, _ -> 45, _ -> 46, () -> {}), environment);
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("agentcore-bridge"));
        all.addAll(List.of(arguments));
        return line.execute(all.toArray(String[]::new));
    }
}
