package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void otherThanOneLineStringsAreRefusedWithTheLineAndWithoutTheValue() {
        assertThatThrownBy(
                () -> parse("[agentcore]\nruntime_arn = \"a\"\nshell_command = secret\ntimeout = 7\n", Map.of()))
                .isInstanceOf(ConfigException.class).hasMessageContaining("x.toml:3", "x.toml:4")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> AgentToml.read(Path.of("no-such-file.toml"), Map.of()))
                .isInstanceOf(ConfigException.class).hasMessageContaining("cannot be read");
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
        return AgentToml.parse(text.lines().toList(), "x.toml", environment);
    }
}
