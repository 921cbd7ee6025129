package dev.weir.cli.skill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.skill.ServerUnderTest.Ended;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The platform from a terminal, against a real gateway. */
class SkillCommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Path SAMPLES = Path.of("target", "weir", "samples");

    @TempDir
    private static Path directory;

    private static ServerUnderTest server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerUnderTest(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "word-count~{\"text\":\"to be or not to be\"}~{\"words\":6,\"different\":4}",
        "countdown~{\"from\":3,\"delay_ms\":0}~{\"lift_off\":true}"})
    void samplesArePushedDeployedAndInvoked(String sample, String input, String output) throws Exception {
        JsonNode pushed = ok("push", SAMPLES.resolve(sample).toString(), "--json");
        assertThat(pushed.path("upload").path("status").asText()).isEqualTo("ready_to_deploy");
        JsonNode deployed = ok("deploy", sample, "--upload", pushed.path("upload").path("upload_id").asText(),
                "--version", "1.0.0", "--json");
        assertThat(deployed.path("version").asText()).isEqualTo("1.0.0");
        Ended invoked = server.skill("invoke", sample, "--input", input, "--wait", "60");
        assertThat(invoked.err()).isEmpty();
        assertThat(JSON.readTree(invoked.out())).isEqualTo(JSON.readTree(output));
        assertThat(invoked.code()).isZero();
    }

    @Test
    void askClaudeSaysWhatIsMissing() throws Exception {
        Ended pushed = server.skill("push", SAMPLES.resolve("ask-claude").toString(), "--deploy");
        assertThat(pushed.out()).contains("is ready", "deployed ask-claude 1.0.0");
        Ended again = server.skill("push", SAMPLES.resolve("ask-claude").toString(), "--deploy");
        assertThat(again.out()).contains("deployed ask-claude 1.0.1");
        JsonNode run = ok("invoke", "ask-claude", "--input", "{\"prompt\":\"hi\"}", "--wait", "60", "--json");
        assertThat(run.path("status").asText()).isEqualTo("succeeded");
        assertThat(run.path("output").has("available")).isTrue();
    }

    @Test
    void fromAnEmptyDirectoryToLogsAndCancel() throws Exception {
        String skill = directory.resolve("greeter").toString();
        assertThat(server.skill("init", skill).code()).isZero();
        assertThat(server.skill("init", skill).code()).isEqualTo(5);
        assertThat(ok("check", skill, "--json").path("ok").asBoolean()).isTrue();
        assertThat(server.skill("push", skill, "--deploy", "--stage", "live").code()).isZero();
        Ended followed = server.skill("invoke", "greeter", "--stage", "live", "--input", "{\"count\":2}", "--follow");
        assertThat(followed.out().lines()).containsExactly("{\"n\":1,\"text\":\"Hello, world!\"}",
                "{\"n\":2,\"text\":\"Hello, world!\"}", "{\"count\":2}");
        assertThat(followed.code()).isZero();
        String run = server.skill("invoke", "greeter", "--stage", "live", "--idempotency-key", "k").out().strip();
        assertThat(server.skill("invoke", "greeter", "--stage", "live", "--idempotency-key", "k").out().strip())
                .isEqualTo(run);
        Ended logs = server.skill("logs", run, "-f");
        assertThat(logs.out().lines()).hasSize(4);
        assertThat(logs.code()).isZero();
        assertThat(server.skill("logs", run).out()).isEqualTo(logs.out());
        assertThat(server.skill("logs", run, "--after", "1-2").out().lines().count()).isLessThan(4);
        assertThat(ok("logs", run, "-f", "--json").path("events").size()).isGreaterThanOrEqualTo(4);
        assertThat(server.skill("list").out()).contains("greeter");
        assertThat(ok("list", "runs", "--json").path("runs").size()).isPositive();
        String slow = server.skill("invoke", "hello-stream", "--stage", "prod", "--input",
                "{\"count\":1000,\"delay_ms\":1000}").out().strip();
        assertThat(ok("cancel", slow, "--json").path("run_id").asText()).isEqualTo(slow);
        assertThat(server.skill("logs", slow, "-f").code()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"4,invoke absent", "4,logs 00000000-0000-4000-8000-000000000000", "2,logs bad!id",
        "2,invoke hello-stream --stage prod --input {", "2,invoke hello-stream --stage prod --input []",
        "2,invoke hello-stream --stage prod --input @/nowhere", "2,push /nowhere", "2,list everything",
        "2,invoke hello-stream --stage prod --input {\"count\":\"x\"}", "2,logs x --after y", "2,list --sever x"})
    void failuresHaveTheirCodesAndTellPeopleAndPrograms(int code, String line) throws Exception {
        Ended plain = server.skill(line.split(" "));
        assertThat(plain.code()).as(plain.err()).isEqualTo(code);
        assertThat(plain.out()).isEmpty();
        assertThat(plain.err()).isNotBlank().doesNotContain("Exception");
        Ended json = server.skill((line + " --json").split(" "));
        assertThat(json.code()).isEqualTo(code);
        assertThat(JSON.readTree(json.out()).path("error").path("detail").asText()).isNotBlank();
    }

    @Test
    void withoutAServerOrAKeyThereIsAWayOut() throws Exception {
        Ended down = ServerUnderTest.run(directory, Map.of("WEIR_SERVER", "http://127.0.0.1:1"), "list");
        assertThat(down.code()).isEqualTo(8);
        assertThat(down.err()).contains("weir serve");
        Ended wrong = ServerUnderTest.run(directory, Map.of("WEIR_SERVER", server.url(), "WEIR_KEY", "wk_wrong"),
                "list");
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(wrong.err()).contains("WEIR_KEY").doesNotContain("wk_wrong");
    }

    private static JsonNode ok(String... arguments) throws Exception {
        Ended ended = server.skill(arguments);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        return JSON.readTree(ended.out());
    }
}
