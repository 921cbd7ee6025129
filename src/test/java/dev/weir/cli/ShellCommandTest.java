package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.app.ShellOrder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ShellCommandTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/demo";
    private static final String SESSION = "s".repeat(33);

    @TempDir
    Path dir;
    private final List<ShellOrder> orders = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    @Test
    void anArnIsEnoughForATerminal() {
        assertThat(run(Map.of(), "--runtime-arn", ARN)).isEqualTo(45);
        ShellOrder order = orders.getFirst();
        assertThat(order.target().region()).isEqualTo("eu-west-1");
        assertThat(order.command()).isEmpty();
        assertThat(order.session()).isEmpty();
        assertThat(order.stop()).isFalse();
        assertThat(order.again()).containsExactly("weir", "shell", "--runtime-arn", ARN);
    }

    @Test
    void flagsSayItAllAndComeBackInTheLineThatComesBack() throws Exception {
        String token = Files.writeString(dir.resolve("token"), "x").toString();
        assertThat(run(Map.of("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://env:1"), "--runtime-arn", ARN,
                "--region", "us-east-1", "--endpoint", "http://flag:1", "--qualifier", "beta", "--session", SESSION,
                "--shell", "one", "--stop", "--token-file", token)).isEqualTo(45);
        ShellOrder order = orders.getFirst();
        assertThat(order.target().endpoint()).isEqualTo("http://flag:1");
        assertThat(order.target().qualifier()).isEqualTo("beta");
        assertThat(order.target().tokenFile()).contains(Path.of(token));
        assertThat(order.session()).isEqualTo(SESSION);
        assertThat(order.shell()).isEqualTo("one");
        assertThat(order.stop()).isTrue();
        assertThat(order.again()).containsExactly("weir", "shell", "--runtime-arn", ARN, "--region", "us-east-1",
                "--endpoint", "http://flag:1", "--qualifier", "beta", "--token-file", token);
    }

    @Test
    void aCommandComesAsOneWordOrAsTheRest() {
        assertThat(run(Map.of(), "--runtime-arn", ARN, "-c", "ls -l", "--timeout", "9")).isEqualTo(45);
        assertThat(orders.getLast().command()).contains("ls -l");
        assertThat(orders.getLast().timeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(run(Map.of(), "--runtime-arn", ARN, "--", "ls", "-l")).isEqualTo(45);
        assertThat(orders.getLast().command()).contains("ls -l");
        assertThat(orders.getLast().timeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(orders.getLast().toString()).doesNotContain("ls");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--session short", "--shell one", "--thread x", "--thread a:b --session S", "--timeout 0",
        "--timeout 3601", "-c a -- b", "--log-level loud", "--session S --shell -x", "--nonsense"})
    void whatMakesNoSenseIsRefusedAndNothingStarts(String line) {
        List<String> arguments = new ArrayList<>(List.of("--runtime-arn", ARN));
        arguments.addAll(List.of(line.replace("S", SESSION).split(" ")));
        assertThat(run(Map.of(), arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(orders).isEmpty();
    }

    @Test
    void withoutAnArnNothingStarts() {
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(err.toString()).contains("--runtime-arn");
        assertThat(orders).isEmpty();
    }

    private int run(Map<String, String> environment, String... arguments) {
        CommandLine line = CommandLines.of(new Launch(_ -> 41, _ -> 42, _ -> 43, _ -> null, _ -> 44, _ -> 45, order -> {
            orders.add(order);
            return 45;
        }, () -> {}), environment);
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("shell"));
        all.addAll(List.of(arguments));
        return line.execute(all.toArray(String[]::new));
    }
}
