package dev.weir.feature.interpreter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments come back as they went, and are never code (S3-16, SI-2). */
class ArgumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ECHO = "def h(value):\n    return value\n";

    @TempDir
    private static Path root;
    private static DispatchRig rig;

    @BeforeAll
    static void begin() {
        rig = new DispatchRig(root);
    }

    @AfterAll
    static void end() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @BeforeEach
    void fresh() {
        rig.fresh().skill("echo", "main:h", Map.of("main.py", ECHO));
    }

    private static void roundTrips(JsonNode args) {
        DispatchResult result = rig.run("echo", args.toString());
        assertThat(result.failure()).as(result.stderr().text()).isEmpty();
        assertThat(result.result().map(ArgumentsTest::read)).contains(args);
        assertThat(rig.interpreter.code()).containsOnly(Template.CODE);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"__import__('os').system('touch owned')", "exec(\"exec('import os')\")",
        "''' + str(1) + '''",
        "\"\"\"; import os #", "\\\" \\' \\\\", "\\u0022\\x27\\N{QUOTATION MARK}", "a\u2028b\u2029c",
        "\u0000\u0001\u001f\u007f\u0085",
        "\ud83d\ude00\u00e9\ufeff", "{}{0}%s%(a)s$HOME`id`${x}", "\r\n\t# -*- coding: latin-1 -*-", "</script><!--", "",
        " "})
    void s3_16_adversarialText(String text) {
        roundTrips(JSON.createObjectNode().put("text", text).put(text, "as a key"));
    }

    @Test
    void s3_16_aMegabyte() {
        roundTrips(JSON.createObjectNode().put("text", "\"'\\\u2028\u20ac".repeat(200_000)));
    }

    @Test
    void s3_16_deepNestingAndNumbers() {
        roundTrips(read("[".repeat(300) + "]".repeat(300)));
        roundTrips(read("[12345678901234567890123, -0.1, true, null, 1.5e300]"));
    }

    @Test
    void s3_16_halfASurrogatePairReachesTheSkillAsJsonSaysIt() {
        rig.skill("length", "main:h", Map.of("main.py", "def h(v):\n    return [len(v['t']), ord(v['t'][0])]\n"));
        assertThat(rig.run("length", "{\"t\": \"\\ud800x\"}").result()).contains("[2,55296]");
        assertThat(rig.run("length", "{\"t\": \"\ud800x\"}").result()).contains("[2,55296]");
        assertThat(rig.run("echo", "{\"t\": \"\\ud800\"}").failure().orElseThrow().kind()).isEqualTo(ErrorKind.OUTPUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "NaN", "[Infinity]", "{'a': 1}", "undefined", "[1,]"})
    void s3_16_whatIsNoJsonIsRefusedByTheTemplate(String args) {
        DispatchResult result = rig.run("echo", args);
        assertThat(result.failure().orElseThrow().kind()).isEqualTo(ErrorKind.EXECUTION);
        assertThat(result.failure().orElseThrow().message()).startsWith("the arguments are not valid JSON");
    }

    @Test
    void s3_16_nestingWithoutEndIsRefused() {
        DispatchResult result = rig.run("echo", "[".repeat(200_000) + "]".repeat(200_000));
        assertThat(result.failure().orElseThrow().kind()).isEqualTo(ErrorKind.EXECUTION);
        assertThat(rig.run("echo", "[]").result()).contains("[]");
    }

    @Test
    void secretsAreNeitherInCodeNorInAnythingThatIsShown() {
        rig.env.put("TOKEN", "s3cret-value");
        DispatchResult result = rig.run("echo", "{\"a\": \"pr1vate\"}");
        assertThat(rig.interpreter.code()).containsOnly(Template.CODE);
        assertThat(rig.interpreter.calls.toString() + result + rig.audits).doesNotContain("s3cret-value", "pr1vate");
    }
}
