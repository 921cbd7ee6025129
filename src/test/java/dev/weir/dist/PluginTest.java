package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin for Claude Code: shapes as its manifest and marketplace references document them, words as our own commands know them. */
class PluginTest {
    private static final Path PLUGIN = Path.of("src", "main", "dist", "plugin");
    private static final Path SKILL = PLUGIN.resolve("skills").resolve("code-interpreter-execute");
    private static final Path HELP = Path.of("src", "main", "java", "dev", "weir", "cli", "sandbox",
            "SandboxTexts.java");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    @TempDir
    private Path directory;

    @Test
    void s1_25_theOldestClaudeCodeIsNamed() throws IOException {
        assertThat(Files.readString(Path.of("src", "docs", "interpreter.md"))).contains("2.1.91");
    }

    @Test
    void s1_26_theManifestHasTheDocumentedFields() throws IOException {
        JsonNode manifest = JSON.readTree(PLUGIN.resolve(".claude-plugin").resolve("plugin.json").toFile());
        // Weir has no public repository and no licence to name, and the manifest has no category: the marketplace's entry has.
        assertThat(names(manifest)).containsExactlyInAnyOrder("name", "version", "description", "author", "homepage",
                "keywords");
        assertThat(List.of(Path.of("LICENSE"), Path.of("LICENSE.txt"), Path.of("LICENSE.md")))
                .as("name it in the manifest when there is one").noneMatch(Files::exists);
        assertThat(manifest.path("name").asText()).matches(KEBAB);
        assertThat(manifest.path("version").asText()).isEqualTo(version());
        assertThat(manifest.path("description").asText()).isNotBlank();
        assertThat(manifest.path("author").path("name").asText()).isNotBlank();
        assertThat(manifest.path("homepage").asText()).startsWith("https://");
        assertThat(manifest.path("keywords")).isNotEmpty().allMatch(JsonNode::isTextual);
    }

    @Test
    void s1_27_theMarketplaceOffersThePluginWhereItIs() throws IOException {
        JsonNode marketplace = JSON.readTree(PLUGIN.resolve(".claude-plugin").resolve("marketplace.json").toFile());
        assertThat(names(marketplace)).containsExactlyInAnyOrder("name", "description", "owner", "plugins");
        assertThat(marketplace.path("name").asText()).matches(KEBAB);
        assertThat(marketplace.path("owner").path("name").asText()).isNotBlank();
        assertThat(marketplace.path("plugins")).hasSize(1);
        JsonNode offer = marketplace.path("plugins").path(0);
        assertThat(names(offer)).containsExactlyInAnyOrder("name", "source", "description", "version", "category",
                "keywords");
        assertThat(offer.path("category").asText()).isEqualTo("development");
        assertThat(offer.path("source").asText()).startsWith("./").doesNotContain("..");
        Path source = PLUGIN.resolve(offer.path("source").asText()).normalize();
        assertThat(source).isDirectory();
        JsonNode manifest = JSON.readTree(source.resolve(".claude-plugin").resolve("plugin.json").toFile());
        assertThat(offer.path("name")).isEqualTo(manifest.path("name"));
        for (String same : List.of("description", "version", "keywords")) {
            assertThat(offer.path(same)).as(same).isEqualTo(manifest.path(same));
        }
    }

    @Test
    void s1_28_theReadmeSaysHowToInstallIt() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("claude plugin marketplace add target/weir/plugin",
                "claude plugin install weir-code-interpreter@weir");
    }

    @Test
    void s1_29_theSkillIsForTheUserToCallAndForThatCommandOnly() throws IOException {
        JsonNode front = front();
        assertThat(names(front)).containsExactlyInAnyOrder("name", "description", "argument-hint", "allowed-tools",
                "disallowed-tools", "user-invocable", "disable-model-invocation");
        assertThat(front.path("name").asText()).isEqualTo(SKILL.getFileName().toString())
                .isEqualTo("code-interpreter-execute");
        assertThat(front.path("allowed-tools").asText()).isEqualTo("Bash(agentcore-sandbox:*)");
        assertThat(front.path("user-invocable").isBoolean() && front.path("user-invocable").asBoolean()).isTrue();
        assertThat(front.path("disable-model-invocation").isBoolean()
                && front.path("disable-model-invocation").asBoolean()).isTrue();
        assertThat(front.path("argument-hint").asText()).isNotBlank();
        assertThat(front.path("description").asText()).hasSizeBetween(20, 1024);
    }

    @Test
    void s1_30_whatIsNotTheCommandIsTakenAway() throws IOException {
        assertThat(List.of(front().path("disallowed-tools").asText().split(", "))).contains("Edit", "Write",
                "WebFetch");
        assertThat(Files.readString(SKILL.resolve("SKILL.md")))
                .contains("Use no other command than `agentcore-sandbox`");
    }

    @Test
    void s1_31_theConductIsThere() throws IOException {
        assertThat(Files.readString(SKILL.resolve("SKILL.md"))).contains("no more", "ask before anything starts",
                "Prefer `run`", "Stop every session", "troubleshooting.md", "platforms.md");
        for (MatchResult link : Pattern.compile("]\\(([^)]+)\\)").matcher(text()).results().toList()) {
            assertThat(SKILL.resolve(link.group(1))).exists();
        }
    }

    @Test
    void s1_32_everyPlatformIsInTheTable() throws IOException {
        assertThat(Files.readString(SKILL.resolve("references").resolve("platforms.md"))).contains("Darwin", "Linux",
                "MINGW64_NT*", "MSYS_NT*", "CYGWIN_NT*", "arm64", "aarch64", "x86_64", "amd64", "not supported");
    }

    @Test
    void s1_33_theRegionIsSetInsideTheCode() throws IOException {
        assertThat(text()).contains("`$CUSTOM_AGENTCORE_AWS_REGION`, else `$AWS_REGION`",
                "os.environ[\"AWS_DEFAULT_REGION\"] = os.environ[\"AWS_REGION\"] = \"${CUSTOM_", "AWS_PAGER=;")
                .doesNotContain("us-east-1");
    }

    /** As the shell does it that Claude Code starts: the one allowed command, with nothing before it. */
    @Test
    void s1_33_theShellPutsTheRegionIn() throws Exception {
        List<String> examples = Pattern.compile("```sh\n(agentcore-sandbox [^`]*AWS_REGION[^`]*)```").matcher(text())
                .results().map(match -> match.group(1)).toList();
        assertThat(examples).hasSize(2);
        for (String example : examples) {
            assertThat(shell(example, Map.of("AWS_REGION", "eu-west-1"))).contains("eu-west-1").doesNotContain("${");
            assertThat(shell(example, Map.of("AWS_REGION", "eu-west-1", "CUSTOM_AGENTCORE_AWS_REGION", "eu-west-2")))
                    .contains("eu-west-2").doesNotContain("eu-west-1");
            assertThat(shell(example, Map.of("CUSTOM_AGENTCORE_AWS_REGION", "eu-west-2"))).contains("eu-west-2");
            assertThat(shell(example, Map.of())).as("nothing runs: ask the user").isEmpty();
        }
    }

    private String shell(String script, Map<String, String> environment) throws Exception {
        Path bin = Files.createDirectories(directory.resolve("shell"));
        Path out = directory.resolve("shell.out");
        Path own = Files.writeString(bin.resolve("agentcore-sandbox"),
                "#!/bin/sh\nprintf '%s|' \"$@\"\n[ \"$2\" != - ] || cat\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.matches("(CUSTOM_AGENTCORE|AWS)_.*"));
        builder.environment().putAll(environment);
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        assertThat(builder.start().waitFor(20, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }

    @Test
    void s1_34_theContentOfTheSandboxIsTold() throws IOException {
        assertThat(text()).contains("boto3, pandas, numpy", "AWS CLI");
    }

    @Test
    void s1_35_itCallsTheCommandByTheNameThatIsOnThePath() throws IOException {
        assertThat(PLUGIN.resolve("bin").resolve("agentcore-sandbox")).isRegularFile();
        String help = Files.readString(HELP);
        List<String> calls = calls();
        assertThat(calls).hasSizeGreaterThan(9);
        for (String call : calls) {
            String command = call.split(" ", -1)[1];
            assertThat(List.of("run", "start", "exec", "stop", "help")).contains(command);
            assertThat(help).contains(command);
        }
        Set<String> flags = new TreeSet<>();
        Pattern.compile("(?<![\\w-])--[a-z][a-z-]*").matcher(text()).results()
                .forEach(match -> flags.add(match.group()));
        assertThat(flags).contains("--lang", "--cmd", "--strict", "--upload");
        assertThat(help).contains(flags);
        assertThat(text()).doesNotContain("agentcore-sandbox-");
    }

    @Test
    void theVariablesAreOnesThatAreRead() throws IOException {
        String pages = text() + Files.readString(SKILL.resolve("references").resolve("troubleshooting.md"));
        Set<String> used = new TreeSet<>();
        Pattern.compile("CUSTOM_[A-Z_]+").matcher(pages).results().forEach(match -> used.add(match.group()));
        assertThat(used).hasSize(3);
        assertThat(Files.readString(HELP)).contains(used);
    }

    @Test
    void theLauncherHandsOverToADistribution() throws Exception {
        Path home = distribution("home");
        assertThat(launch(Map.of("WEIR_HOME", home.toString()), "run", "a  b")).isEqualTo("0 home run|a  b|\n");
        Path onPath = distribution("path").resolve("bin");
        assertThat(launch(Map.of("PATH", "/nowhere:" + PLUGIN.resolve("bin").toAbsolutePath() + ":" + onPath + ":"
                + System.getenv("PATH")), "--help")).isEqualTo("0 path --help|\n");
    }

    @Test
    void theLauncherDoesNotHandOverToItself() throws Exception {
        String plugin = PLUGIN.toAbsolutePath().toString();
        assertThat(launch(Map.of("WEIR_HOME", plugin, "PATH", "/nowhere"), "--help"))
                .startsWith("127 agentcore-sandbox: there is no Weir distribution");
        Path home = distribution("path");
        assertThat(launch(Map.of("WEIR_HOME", plugin, "PATH", home.resolve("bin") + ":" + System.getenv("PATH")), "x"))
                .isEqualTo("0 path x|\n");
    }

    @Test
    void theLauncherSaysWhatIsMissing() throws Exception {
        Path copied = directory.resolve("cache").resolve("bin");
        Files.createDirectories(copied);
        Files.copy(PLUGIN.resolve("bin").resolve("agentcore-sandbox"), copied.resolve("agentcore-sandbox"));
        assertThat(copied.resolve("agentcore-sandbox").toFile().setExecutable(true)).isTrue();
        assertThat(launch(copied.resolve("agentcore-sandbox"), Map.of("PATH", copied + ":/nowhere"), "--help"))
                .startsWith("127 agentcore-sandbox: there is no Weir distribution").contains("WEIR_HOME");
    }

    private Path distribution(String name) throws IOException {
        Path bin = Files.createDirectories(directory.resolve(name).resolve("bin"));
        Path launcher = Files.writeString(bin.resolve("agentcore-sandbox"),
                "#!/bin/sh\nprintf '" + name + " '; printf '%s|' \"$@\"; echo\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        return bin.getParent();
    }

    private String launch(Map<String, String> environment, String... arguments) throws Exception {
        return launch(PLUGIN.resolve("bin").resolve("agentcore-sandbox").toAbsolutePath(), environment, arguments);
    }

    /** The exit code and all that it wrote. */
    private String launch(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectErrorStream(true);
        builder.environment().remove("WEIR_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the launcher ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue() + " " + Files.readString(out);
    }

    private static List<String> calls() throws IOException {
        return Pattern.compile("(?m)^agentcore-sandbox .+$").matcher(text()).results().map(MatchResult::group).toList();
    }

    private static JsonNode front() throws IOException {
        String text = Files.readString(SKILL.resolve("SKILL.md"));
        assertThat(text).startsWith("---\n");
        return new YAMLMapper().readTree(text.substring(4, text.indexOf("\n---\n", 4)));
    }

    private static String text() throws IOException {
        return Files.readString(SKILL.resolve("SKILL.md"));
    }

    private static List<String> names(JsonNode object) {
        return Stream.of(object).flatMap(node -> node.properties().stream()).map(Map.Entry::getKey).toList();
    }

    private static String version() throws IOException {
        return Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(Path.of("pom.xml"))).results()
                .findFirst().orElseThrow().group(1);
    }
}
