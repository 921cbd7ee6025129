package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.config.ConfigLoader.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/kiro";

    @TempDir
    private Path directory;

    @Test
    void withoutSourcesEverythingIsDefault() {
        LoadedConfig loaded = ConfigLoader.load(Optional.empty(), Map.of("PATH", "/bin"), List.of());
        assertThat(loaded.config()).isEqualTo(WeirConfig.DEFAULT);
        assertThat(loaded.sources()).isEmpty();
    }

    @Test
    void eachLayerWinsOverTheOneBelowIt() throws IOException {
        LoadedConfig loaded = ConfigLoader.load(file("server: {host: h1, port: 1, drain: 1s}\n"),
                Map.of("WEIR_SERVER_PORT", "2", "WEIR_SERVER_DRAIN", "2s"),
                List.of(new Flag("--set", "server.drain", "PT3S")));
        assertThat(loaded.config().server().host()).isEqualTo("h1");
        assertThat(loaded.config().server().port()).isEqualTo(2);
        assertThat(loaded.config().server().drain()).isEqualTo(Duration.ofSeconds(3));
        assertThat(loaded.config().server().idle()).isEqualTo(ServerConfig.DEFAULT.idle());
        assertThat(loaded.sources()).containsEntry("server.host", directory.resolve("weir.yaml") + ":1")
                .containsEntry("server.port", "WEIR_SERVER_PORT")
                .containsEntry("server.drain", "--set")
                .hasSize(3);
    }

    @Test
    void aMappingWhereEveryValueDiffersReachesEveryComponent() throws IOException {
        Map<String, Object> defaults = RecordTree.flatten(WeirConfig.DEFAULT);
        Map<String, String> other = new LinkedHashMap<>();
        defaults.forEach((key, value) -> other.put(key, otherThan(key, value)));
        String yaml = other.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n"));
        Map<String, Object> loaded = RecordTree.flatten(ConfigLoader.load(file(yaml), Map.of(), List.of()).config());
        assertThat(loaded.keySet()).isEqualTo(defaults.keySet()).hasSizeGreaterThan(40);
        loaded.forEach((key, value) -> assertThat(value).as(key).isNotEqualTo(defaults.get(key)));
    }

    @Test
    void everythingWrongIsReportedAtOnceWithKeySourceAndWhatIsExpected() throws IOException {
        List<ConfigProblem> problems = problemsOf("""
                server:
                  prot: 1
                  port: 65536
                  limits: 5
                admin.port: [1]
                runs: {lease: 2s, poll: fast}
                server.port: 1
                """, Map.of("WEIR_SERVER_HSOT", "x", "WEIR_LOG_LEVEL", "loud"),
                new Flag("--port", "server.port", "-1"), new Flag("--set", "server.port", "1"));
        String file = directory.resolve("weir.yaml").toString();
        assertThat(problems).extracting(ConfigProblem::toString).containsExactlyInAnyOrder(
                "WEIR_SERVER_HSOT: sets nothing; did you mean WEIR_SERVER_HOST?",
                file + ":2: server.prot is not a setting; did you mean server.port?",
                file + ":3: server.port must be a whole number from 0 to 65535",
                file + ":4: server.limits is a section and must be a mapping",
                file + ":5: admin.port must be a whole number from 0 to 65535",
                file + ":6: runs.lease must be a duration from 3s to 1h, such as 500ms, 15s, 2m or PT15S",
                file + ":6: runs.poll must be a duration from 1ms to 1h, such as 500ms, 15s, 2m or PT15S",
                file + ":7: server.port is set twice, first by " + file + ":3",
                "WEIR_LOG_LEVEL: log.level must be one of debug, info, warn, error",
                "--port: server.port must be a whole number from 0 to 65535",
                "--set: server.port is set twice, first by --port");
    }

    @Test
    void problemsNeverQuoteTheValue() throws IOException {
        List<ConfigProblem> problems = problemsOf(
                "server: {port: hunter2, public-url: 'http://u:hunter2@h/'}\nlog: hunter2",
                Map.of("WEIR_AGENTCORE_RUNTIME_ARN", "hunter2"), new Flag("--set", "admin.port", "hunter2"));
        assertThat(problems).hasSize(5).noneMatch(problem -> problem.toString().contains("hunter2"));
    }

    @Test
    void rulesBetweenSettingsBlameTheirSource() throws IOException {
        assertThat(problemsOf("runs: {lease: 3s, poll: 3s}", Map.of("WEIR_ADMIN_PORT", "8080"),
                new Flag("--set", "agentcore.dead-after", "30s"), new Flag("--set", "server.idle", "15s"),
                new Flag("--set", "server.max-connections", "10")))
                .extracting(ConfigProblem::toString)
                .containsExactlyInAnyOrder(
                        directory.resolve("weir.yaml") + ":1: runs.poll must be shorter than runs.lease",
                        "WEIR_ADMIN_PORT: admin.port must not be server.port",
                        "--set: agentcore.dead-after must be longer than agentcore.ping",
                        "default: streams.heartbeat must be shorter than server.idle",
                        "default: streams.ping must be shorter than server.idle",
                        "default: server.max-connections-per-address must not be more than server.max-connections");
    }

    @Test
    void agentsAreNamedByTheUserAndHaveSettingsOfTheirOwn() throws IOException {
        LoadedConfig loaded = ConfigLoader.load(
                file("agents: {kiro: {cwd: /work, tenants: acme beta}, Other-1: {shell-command: cat}}"),
                Map.of("WEIR_AGENTS_KIRO_RUNTIME_ARN", ARN, "WEIR_AGENTS_KIRO_CWD", "/elsewhere"),
                List.of(new Flag("--set", "agents.kiro.client-services", "false")));
        AgentConfig d = AgentConfig.DEFAULT;
        assertThat(loaded.config().agents()).isEqualTo(Map.of(
                "kiro", new AgentConfig(ARN, d.qualifier(), d.shellCommand(), "stop", "/elsewhere", false, "ask", "",
                        "acme beta"),
                "Other-1", new AgentConfig("", d.qualifier(), "cat", "stop", "", true, "ask", "", "local")));
        assertThat(loaded.effective()).filteredOn(each -> each.key().startsWith("agents.kiro.c"))
                .extracting(each -> each.key() + "=" + each.text() + " " + each.source())
                .containsExactly("agents.kiro.cancel-strategy=stop default",
                        "agents.kiro.cwd=/elsewhere WEIR_AGENTS_KIRO_CWD",
                        "agents.kiro.client-services=false --set");
        assertThat(loaded.effective().toString()).doesNotContain("text=cat");
    }

    @Test
    void whatIsWrongOfAnAgentIsTold() throws IOException {
        String file = directory.resolve("weir.yaml").toString();
        assertThat(problemsOf("""
                agents:
                  kiro: {runtime-arn: hunter2, cancel-strategy: halt, comand: x}
                  empty: {}
                  9: {cwd: /}
                  text: x
                """, Map.of("WEIR_AGENTS_KIRO_TENANTS", "a,b"))).extracting(ConfigProblem::toString)
                .containsExactlyInAnyOrder(
                        file + ":2: agents.kiro.runtime-arn must be a valid runtime ARN, or empty",
                        file + ":2: agents.kiro.cancel-strategy must be one of stop, noop",
                        file + ":2: agents.kiro.comand is not a setting",
                        file + ":3: agents.empty sets nothing",
                        file + ":4: agents.9 is not a setting",
                        file + ":5: agents.text is a section and must be a mapping",
                        "WEIR_AGENTS_KIRO_TENANTS: agents.kiro.tenants must be tenants separated by spaces, or *");
    }

    @Test
    void runtimesAreNamedByTheUserAndShownWithoutTheirCommand() throws IOException {
        LoadedConfig loaded = ConfigLoader.load(file("emulator: {runtimes: {echo: python3 echo.py, a: b}}"),
                Map.of("WEIR_EMULATOR_RUNTIMES_ECHO", "node echo.js"),
                List.of(new Flag("--set", "emulator.runtimes.c-d", "e f")));
        assertThat(loaded.config().emulator().runtimes())
                .isEqualTo(Map.of("echo", "node echo.js", "a", "b", "c-d", "e f"));
        assertThat(loaded.effective()).filteredOn(each -> each.key().startsWith("emulator.runtimes"))
                .extracting(LoadedConfig.Effective::toString)
                .containsExactly("Effective[key=emulator.runtimes.a, text=[redacted], source=%s:1]"
                        .formatted(directory.resolve("weir.yaml")),
                        "Effective[key=emulator.runtimes.c-d, text=[redacted], source=--set]",
                        "Effective[key=emulator.runtimes.echo, text=[redacted], source=WEIR_EMULATOR_RUNTIMES_ECHO]");
        assertThat(problemsOf("emulator.runtimes: {1x: a, y.z: b, w: '', v: {u: t}}", Map.of())).hasSize(4);
        assertThat(problemsOf("emulator: {runtimes: words}", Map.of())).hasSize(1);
    }

    @Test
    void aFileThatIsNoneIsOneProblem() throws IOException {
        assertThat(problemsOf("a: [\n", Map.of())).singleElement().asString().contains("weir.yaml:2: is not YAML");
        assertThat(problemsOf("- a\n- b", Map.of())).singleElement().asString().contains("must be a mapping");
        assertThat(problemsOf("a: 1\n---\nb: 2", Map.of())).singleElement().asString().contains("is not YAML");
        assertThat(problemsOf("server: &s {limits: *s}", Map.of())).isNotEmpty();
        Files.write(directory.resolve("weir.yaml"), new byte[]{'#', (byte) 0xC3, (byte) 0x28});
        assertThat(problems(Optional.of(directory.resolve("weir.yaml")), Map.of())).singleElement().asString()
                .endsWith("is not UTF-8");
        assertThat(problems(Optional.of(directory.resolve("absent.yaml")), Map.of())).singleElement().asString()
                .endsWith("cannot be read: NoSuchFileException");
        assertThat(ConfigLoader.load(file("# nothing\n"), Map.of(), List.of()).config()).isEqualTo(WeirConfig.DEFAULT);
    }

    @Test
    void reservedVariablesAreNoSettings() {
        Map<String, String> environment = EnvironmentSource.RESERVED.stream()
                .collect(Collectors.toMap(name -> name, _ -> "x"));
        assertThat(environment).hasSize(7);
        assertThat(ConfigLoader.load(Optional.empty(), environment, List.of()).config()).isEqualTo(WeirConfig.DEFAULT);
    }

    private List<ConfigProblem> problemsOf(String yaml, Map<String, String> environment, Flag... flags)
            throws IOException {
        return problems(file(yaml), environment, flags);
    }

    private static List<ConfigProblem> problems(Optional<Path> file, Map<String, String> environment, Flag... flags) {
        ConfigException refused = catchThrowableOfType(ConfigException.class,
                () -> ConfigLoader.load(file, environment, List.of(flags)));
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage().lines()).hasSameSizeAs(refused.problems());
        return refused.problems();
    }

    private Optional<Path> file(String yaml) throws IOException {
        return Optional.of(Files.writeString(directory.resolve("weir.yaml"), yaml, StandardCharsets.UTF_8));
    }

    /** A legal value that is not the default. */
    private static String otherThan(String key, Object value) {
        return switch (value) {
            case Duration duration -> duration.isZero() ? "7s" : duration.toMillis() + 1 + "ms";
            case Boolean on -> Boolean.toString(!on);
            case Number number -> Long.toString(key.endsWith("per-address")
                    ? number.longValue() - 1
                    : number.longValue() + 1);
            case Map<?, ?> _ -> switch (key) {
                case "runs.quota.tenants" -> "{echo: concurrent-runs=5}";
                case "agentcore.interpreter.environments" -> "{other: weir_vpc-1}";
                case "agents" -> "{echo: {shell-command: cat}}";
                default -> key.endsWith("severity") ? "{py.exec: warn}" : "{echo: python3 echo.py}";
            };
            default -> switch (key) {
                case "log.format" -> "json";
                case "agentcore.interpreter.default-environment" -> "other";
                case "skills.webhooks.blocked" -> "203.0.113.0/24 2001:db8::/32 9.9.9.9";
                case "log.level" -> "debug";
                case "skills.dependencies.find-links" -> "/other";
                case "skills.dependencies.python-version" -> "3.12";
                case "emulator.shells.handshake" -> "silent";
                case "emulator.shells.replay" -> "detached";
                case "agentcore.runtime-arn" -> "arn:aws:bedrock-agentcore:eu-west-1:000000000000:runtime/skills";
                default ->
                    key.endsWith("region") ? "eu-west-1" : key.matches(".*(url|endpoint)") ? "http://other:1" : "other";
            };
        };
    }
}
