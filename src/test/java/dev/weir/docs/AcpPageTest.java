package dev.weir.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.config.AgentToml;
import dev.weir.config.RuntimeArn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about ACP tells people to paste can be read by whoever reads it. */
class AcpPageTest {
    private static final Path PAGE = Path.of("src", "docs", "acp.md");
    private static final Path COMMANDS = Path.of("src", "main", "java", "dev", "weir", "cli");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theJsonIsJsonAndStartsTheBridge() throws IOException {
        List<String> blocks = blocks("json");
        assertThat(blocks).hasSize(3).allSatisfy(block -> assertThatCode(() -> JSON.readTree(block))
                .doesNotThrowAnyException());
        for (String block : blocks.subList(0, 2)) {
            JsonNode agent = JSON.readTree(block).path("agent_servers").path("AgentCore");
            assertThat(agent.path("command").asText()).endsWith("/weir");
            assertThat(agent.path("args").path(0).asText()).isEqualTo("agentcore-bridge");
            assertThat(RuntimeArn.parse(agent.path("args").path(2).asText())).isPresent();
        }
    }

    @Test
    void ourReaderReadsTheTableOfOpenAb(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("config.toml"), blocks("toml").getFirst());
        String arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/x-1234567890";

        AgentToml read = AgentToml.read(file, Map.of("AGENT_RUNTIME_ARN", arn));

        assertThat(read.values()).isEqualTo(Map.of("runtime_arn", arn, "shell_command",
                "kiro-cli acp --trust-all-tools", "cancel_strategy", "stop"));
        assertThat(read.agentCommand()).hasValue("/opt/weir/bin/weir");
    }

    @Test
    void theOptionsInItsExamplesExist() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String language : List.of("json", "lua", "elisp", "toml")) {
            blocks(language).forEach(block -> Pattern.compile("\"(--[a-z-]+)\"").matcher(block).results()
                    .forEach(match -> used.add(match.group(1))));
        }
        assertThat(used).hasSizeGreaterThan(2);
        assertThat(Files.readString(COMMANDS.resolve("BridgeCommand.java"))
                + Files.readString(COMMANDS.resolve("RuntimeOptions.java")))
                .contains(used.stream().map(option -> "names = \"" + option + "\"").toList());
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1)).toList();
    }
}
