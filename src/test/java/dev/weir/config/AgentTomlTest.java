package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentTomlTest {
    @Test
    void onlyTheAgentcoreTableIsReadAndVariablesAreFilledIn() {
        AgentToml toml = parse("""
                [discord]
                bot_token = "${SECRET}"
                allowed = [ "1",
                  "2" ]
                notes = \"""
                [agentcore]
                runtime_arn = "not this"
                \"""
                [agentcore] # the runtime
                runtime_arn = "${ARN}"   # of the agent
                shell_command = 'claude --flag "x" $HOME'
                cancel_strategy = "St\\u006fp\\t\\"${NOTHING}"

                [pool]
                max_sessions = 10
                """, Map.of("ARN", "arn:x", "SECRET", "s"));
        assertThat(toml.values()).isEqualTo(Map.of("runtime_arn", "arn:x", "shell_command",
                "claude --flag \"x\" $HOME", "cancel_strategy", "Stop\t\""));
        assertThat(toml.agentCommand()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"agentcore.runtime_arn = 'arn:x'", "agentcore = { runtime_arn = 'arn:x', timeout = 7 }",
        "[\"agentcore\"]\n\"runtime_arn\" = 'arn:x'", "\ufeff[agentcore]\nruntime_arn = 'arn:x'",
        "[agentcore]\r\nruntime_arn = \"\"\"\\\r\n   arn:\\\r\n   x\"\"\"\r\n",
        "[a] # \"\"\"\n[agentcore]\nruntime_arn = 'arn:x'",
        "[a]\nnotes = '''\n[agentcore]\nruntime_arn = 'no'\n'''\n[agentcore]\nruntime_arn = 'arn:x'",
        "[pool]\nsize = ${SIZE}\n[agentcore]\nruntime_arn = '${ARN}'"})
    void anyWayOfWritingItIsUnderstood(String text) {
        assertThat(parse(text, Map.of("SIZE", "7", "ARN", "arn:x")).values())
                .isEqualTo(Map.of("runtime_arn", "arn:x"));
    }

    @Test
    void whatIsAnotherProgramsIsLeftToIt() {
        AgentToml toml = parse("""
                [agent]
                args = ["acp", "--all"]
                [agentcore]
                runtime_arn = "arn:x"
                timeout = 7
                enabled = true
                since = 2026-01-02
                tags = ["a", "b"]
                [agentcore.extra]
                runtime_arn = 1
                [[hooks]]
                command = "not the agent's"
                """, Map.of());
        assertThat(toml.values()).isEqualTo(Map.of("runtime_arn", "arn:x"));
        assertThat(toml.agentCommand()).isEmpty();
    }

    @Test
    void aLongCommandIsReadWhole() {
        String command = "agent " + "\\\"x\\\" ".repeat(20_000);
        assertThat(parse("[agentcore]\nshell_command = \"" + command + "\"\n", Map.of()).values())
                .containsEntry("shell_command", command.replace("\\", ""));
    }

    @Test
    void wrongTypesOfOurKeysAreNamedWithoutTheValue() {
        assertThatThrownBy(
                () -> parse("[agentcore]\nruntime_arn = [\"secret\"]\nshell_command = 77.5\ncancel_strategy = true\n",
                        Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("x.toml: agentcore.runtime_arn must be a string" + System.lineSeparator()
                        + "x.toml: agentcore.shell_command must be a string" + System.lineSeparator()
                        + "x.toml: agentcore.cancel_strategy must be a string");
        assertThatThrownBy(() -> parse("agentcore = \"secret\"", Map.of()))
                .hasMessage("x.toml: agentcore must be a table");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[agentcore]\nruntime_arn = secret\n", "[a]\ntoken = \"secret\n",
        "[a]\nx = 1\nx = 'secret'",
        "[a\n'secret'\n", "[a]\ntoken = \"${SECRET}"})
    void whatIsNoTomlIsSaidSoWithoutTheValue(String text) {
        assertThatThrownBy(() -> parse(text, Map.of("SECRET", "secret"))).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("x.toml:").hasMessageEndingWith("is not TOML")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> AgentToml.read(Path.of("no-such-file.toml"), Map.of()))
                .isInstanceOf(ConfigException.class).hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:4711, true", "https://example.org/base/, true", "http://[::1]:80, true",
        "example.org, false",
        "ftp://example.org, false", "http://, false", "http://a b, false", "http://u:p@example.org, false",
        "http://example.org?x=1, false", "http://example.org#x, false", "http://example.org:99999, false",
        "https://under_score, false", "http:/x, false", "'', false"})
    void whatIsAnEndpoint(String text, boolean valid) {
        assertThat(EndpointUrl.isValid(text)).isEqualTo(valid);
    }

    @Test
    void aHostChoosesTheExplicitCommandThenTheRuntimeThenTheEnvironment() {
        Map<String, String> environment = Map.of("OPENAB_AGENT_COMMAND", "from-env");
        String runtime = "[agentcore]\nruntime_arn = \"a\"\n";
        assertThat(parse(runtime + "[agent]\ncommand = \"mine\"\n", environment).hostsChoice(environment))
                .isEqualTo("mine");
        assertThat(parse(runtime, environment).hostsChoice(environment)).isEqualTo("agentcore-bridge");
        assertThat(parse("", environment).hostsChoice(environment)).isEqualTo("from-env");
        assertThat(parse("", Map.of()).hostsChoice(Map.of())).isEqualTo("openab-agent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "arn", "arn:aws:bedrock-agentcore:us-east-1:1", "arn:aws:s3:us-east-1:1:runtime/x",
        "arn:aws:bedrock-agentcore::1:runtime/x", "arn:aws:bedrock-agentcore:us-east-1:1:harness/x",
        "arn:aws:bedrock-agentcore:us-east-1:1:runtime/", "arn:aws:bedrock-agentcore:us-east-1:1:runtime/a b",
        "urn:aws:bedrock-agentcore:us-east-1:1:runtime/x", "arn:aws:bedrock-agentcore:../..:1:runtime/x"})
    void whatIsNoRuntimeArn(String text) {
        assertThat(RuntimeArn.parse(text)).isEmpty();
    }

    @Test
    void theRegionIsInTheArn() {
        String arn = "arn:aws-cn:bedrock-agentcore:eu-west-1:123456789012:runtime/demo-AbCdEf0123";
        assertThat(RuntimeArn.parse(arn)).contains(new RuntimeArn(arn, "eu-west-1"));
    }

    private static AgentToml parse(String text, Map<String, String> environment) {
        return AgentToml.parse(text, "x.toml", environment);
    }
}
