package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.cli.client.Subcommands;
import dev.weir.cli.skill.CheckResult;
import dev.weir.config.WeirConfig;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLinesTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<WeirConfig> served = new ArrayList<>();
    private final List<WeirConfig> emulated = new ArrayList<>();
    private final List<WeirConfig> rotated = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "serve --help", "emulate --help", "check-config --help", "secrets --help",
        "secrets rotate-key --help", "skill --help", "skill push --help", "--version"})
    void helpIsAResult(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).isNotBlank().matches("(?s)(Usage: )?weir.*");
        assertThat(err.toString()).isEmpty();
        assertThat(served).isEmpty();
    }

    @Test
    void helpNamesEveryCommand() {
        run("--help");
        assertThat(out.toString()).contains("serve", "emulate", "agentcore-bridge", "check-config");
    }

    /** What starts fast says the same as what is built whole. */
    @ParameterizedTest
    @ValueSource(strings = {"--help", "serv", "secrets", "secrets --help", "skill", "skill -h", "skill puhs",
        "skill push --help", "skill --nonsense", "serve --prot"})
    void aTreeBuiltAsFarAsNeededShowsTheSame(String text) {
        List<String> line = List.of(text.split(" "));
        int code = run(line.toArray(String[]::new));
        String shown = out.toString() + err;
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        assertThat(run(Map.of(), config -> 0, Subcommands.in(line), line.toArray(String[]::new))).isEqualTo(code);
        assertThat(out.toString() + err).isEqualTo(shown).contains("weir");
    }

    @Test
    void anArgumentThatBeginsWithAnAtSignIsNotAFileOfArguments() {
        assertThat(run("serve", "--data", "@pom.xml")).isEqualTo(42);
        assertThat(served.getFirst().data()).isEqualTo("@pom.xml");
    }

    @Test
    void noArgumentsShowHelpAsAMistake() {
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: weir", "check-config");
    }

    @Test
    void anUnknownCommandOrFlagIsAnsweredWithASuggestionAndTheUsage() {
        assertThat(run("serv")).isEqualTo(2);
        assertThat(err.toString()).contains("weir: Unmatched argument", "Did you mean serve?", "Usage: weir");
        assertThat(run("serve", "--prot", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("weir serve: Unknown option", "Did you mean --port?", "Usage: weir serve");
        assertThat(run("serve", "--port")).isEqualTo(2);
        assertThat(run("serve", "--port", "1", "--port", "2")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(served).isEmpty();
    }

    @Test
    void serveHandsOverWhatItsFlagsSay() {
        assertThat(run("serve", "--data", "d e", "--host", "::1", "--port", "0", "--admin-port", "1", "--set",
                "runs.lease=9s", "--set=streams.retry=2s", "--log-format", "json", "--log-level", "warn"))
                .isEqualTo(42);
        WeirConfig config = served.getFirst();
        assertThat(config.data()).isEqualTo("d e");
        assertThat(config.server().host()).isEqualTo("::1");
        assertThat(config.server().port()).isZero();
        assertThat(config.admin().port()).isEqualTo(1);
        assertThat(config.runs().lease()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.streams().retry()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.log().format()).isEqualTo("json");
        assertThat(System.getProperty("weir.log.level")).isEqualTo("warn");
    }

    @Test
    void emulateHandsOverWhatItsFlagsSay() {
        assertThat(run("emulate", "--port", "7", "--region", "eu-west-1", "--idle-timeout", "1s", "--max-lifetime",
                "2s",
                "--linger", "3s", "--max-message-bytes", "4KiB", "--max-messages-per-second", "5", "--connection-ttl",
                "6s", "--cold-start", "7s", "--conflict-while-provisioning=false", "--cut-every", "8s", "--slow-reader",
                "9ms")).isEqualTo(43);
        assertThat(emulated.getFirst().emulator()).hasToString("EmulatorConfig[port=7, region=eu-west-1, "
                + "idleTimeout=PT1S, maxLifetime=PT2S, linger=PT3S, limits=Limits[maxMessageBytes=4096, "
                + "maxMessagesPerSecond=5, connectionTtl=PT6S], faults=Faults[coldStart=PT7S, "
                + "conflictWhileProvisioning=false, cutEvery=PT8S, slowReader=PT0.009S], "
                + "shells=Shells[handshake=confirmed, replay=all], interpreters=Interpreters[ids=, maxSessions=1000, "
                + "callsPerSecond=30, throttleInStream=0], runtimes={}]");
        assertThat(run("emulate", "--conflict-while-provisioning", "--linger", "1s")).isEqualTo(43);
        assertThat(emulated.getLast().emulator().faults().conflictWhileProvisioning()).isTrue();
    }

    @Test
    void aBadConfigurationStartsNothingAndShowsEverythingWrongWithIt() {
        for (String command : List.of("serve", "emulate", "check-config")) {
            assertThat(run(command, "--set", "server.prt=1", "--set", "nonsense", "--log-level", "loud")).isEqualTo(2);
            assertThat(err.toString()).contains("weir " + command + ": the configuration has 3 problems",
                    "--set: must be KEY=VALUE",
                    "--set: server.prt is not a setting; did you mean server.port?",
                    "--log-level: log.level must be one of debug, info, warn, error");
        }
        assertThat(served).isEmpty();
        assertThat(emulated).isEmpty();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void checkConfigPrintsValuesWithTheirSources() {
        Map<String, String> environment = Map.of("WEIR_SERVER_PORT", "81");
        assertThat(run(environment, config -> 0, "check-config")).isZero();
        assertThat(out.toString().strip()).isEqualTo("configuration is valid");
        assertThat(
                run(environment, config -> 0, "check-config", "--print", "--set", "emulator.runtimes.x=token=s3cret"))
                .isZero();
        assertThat(out.toString()).contains("server.port: 81  # WEIR_SERVER_PORT", "admin.port: 9090  # default",
                "emulator.runtimes.x: [redacted]  # --set").doesNotContain("s3cret");
    }

    @Test
    void theFileIsNamedByFlagElseByVariableAndMustExist() {
        assertThat(run("check-config", "--config", "conf/weir.yaml", "--print")).isZero();
        assertThat(out.toString()).contains("server.port: 8080  # conf/weir.yaml:");
        Map<String, String> environment = Map.of("WEIR_CONFIG", "conf/absent.yaml");
        assertThat(run(environment, config -> 0, "check-config")).isEqualTo(2);
        assertThat(err.toString()).contains("conf/absent.yaml: cannot be read");
        assertThat(run(environment, config -> 0, "check-config", "-c", "conf/weir.yaml")).isZero();
    }

    @Test
    void aProblemBecomesItsExitCodeAndOneLine() {
        assertThat(run(Map.of(), config -> {
            throw new ProblemException(new Problem.NotFound("skill", "secret-id"));
        }, "serve")).isEqualTo(4);
        assertThat(err.toString().strip()).isEqualTo("weir serve: there is no such skill");
        assertThat(run(Map.of(), config -> {
            throw new IllegalStateException("with a secret");
        }, "serve")).isEqualTo(1);
        assertThat(err.toString()).contains("quote incident").doesNotContain("with a secret");
    }

    @Test
    void theKeyOfADataDirectoryIsRotated() {
        assertThat(run("secrets", "rotate-key", "--data", "d")).isZero();
        assertThat(rotated).map(WeirConfig::data).containsExactly("d");
        assertThat(out.toString().strip()).isEqualTo("3 secrets are under a new key");
        assertThat(run("secrets")).isEqualTo(2);
        assertThat(served).isEmpty();
    }

    private int run(String... arguments) {
        return run(Map.of(), config -> {
            served.add(config);
            return 42;
        }, arguments);
    }

    private int run(Map<String, String> environment, ToIntFunction<WeirConfig> serve, String... arguments) {
        return run(environment, serve, _ -> true, arguments);
    }

    private int run(Map<String, String> environment, ToIntFunction<WeirConfig> serve, Predicate<String> meant,
            String... arguments) {
        Launch launch = new Launch(serve, config -> {
            emulated.add(config);
            return 43;
        }, config -> {
            rotated.add(config);
            return 3;
        }, _ -> (_, _) -> new CheckResult(List.of(), MissingNode.getInstance()), _ -> 44, _ -> 45, _ -> 46,
                () -> {});
        CommandLine line = CommandLines.of(launch, environment, meant);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }
}
