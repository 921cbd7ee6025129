package dev.weir.cli.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.skill.ServerUnderTest.Ended;
import dev.weir.platform.pip.Wheels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The platform from a terminal, against a real gateway. */
class SkillCommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Path SAMPLES = Path.of("target", "weir", "samples");

    @TempDir
    private static Path directory;

    private static Path wheels;
    private static ServerUnderTest server;

    @BeforeAll
    static void start() throws Exception {
        wheels = Files.createDirectories(directory.resolve("wheels")).toAbsolutePath();
        server = new ServerUnderTest(directory, "--set", "skills.dependencies.offline=true", "--set",
                "skills.dependencies.find-links=" + wheels);
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
        assertThat(ok("check", SAMPLES.resolve(sample).toString(), "--json").path("findings")).isEmpty();
        JsonNode pushed = ok("push", SAMPLES.resolve(sample).toString(), "--json");
        assertThat(pushed.path("upload").path("status").asText()).isEqualTo("ready_to_deploy");
        JsonNode deployed = ok("deploy", sample, "--upload", pushed.path("upload").path("upload_id").asText(),
                "--json");
        assertThat(deployed.path("version").asText()).isEqualTo("1.0.0");
        Ended invoked = server.skill("invoke", sample, "--input", input, "--wait", "60");
        assertThat(invoked.err()).isEmpty();
        assertThat(JSON.readTree(invoked.out())).isEqualTo(JSON.readTree(output));
        assertThat(invoked.code()).isZero();
    }

    @Test
    void aStreamArrivesAsTheHandlerYields() throws Exception {
        assertThat(server.skill("push", SAMPLES.resolve("countdown").toString(), "--stage", "live", "--deploy").code())
                .isZero();
        Ended followed = server.skill("invoke", "countdown", "--stage", "live", "--follow", "--input",
                "{\"from\":2,\"delay_ms\":0}");
        assertThat(followed.out().lines()).containsExactly("counting down from 2", "{\"n\":2}", "{\"n\":1}",
                "{\"lift_off\":true}", "{\"lift_off\":true}");
        assertThat(followed.code()).isZero();
    }

    @Test
    void askClaudeSaysWhatIsMissing() throws Exception {
        Ended pushed = server.skill("push", SAMPLES.resolve("ask-claude").toString(), "--deploy");
        assertThat(pushed.out()).as(pushed.err()).contains("is ready", "deployed ask-claude 1.0.0 to dev");
        JsonNode run = ok("invoke", "ask-claude", "--input", "{\"prompt\":\"hi\"}", "--wait", "60", "--json");
        assertThat(run.path("status").asText()).isEqualTo("succeeded");
        assertThat(run.path("output").has("available")).isTrue();
    }

    @Test
    void aSecondVersionIsMeasuredByItsSchema() throws Exception {
        Path skill = directory.resolve("measured");
        assertThat(server.skill("init", skill.toString()).code()).isZero();
        assertThat(ok("push", skill.toString(), "--deploy", "--json").path("deployment").path("version").asText())
                .isEqualTo("1.0.0");
        Path manifest = skill.resolve("skill.yaml");
        Files.writeString(manifest, Files.readString(manifest) + "    title: {type: string}\n");
        JsonNode upload = ok("push", skill.toString(), "--json").path("upload");
        assertThat(upload.path("minimum_change_level").asText()).isEqualTo("minor");
        String id = upload.path("upload_id").asText();
        Ended low = server.skill("deploy", "measured", "--upload", id, "--level", "patch");
        assertThat(low.code()).isEqualTo(5);
        assertThat(low.err()).contains("/properties/title");
        assertThat(ok("deploy", "measured", "--upload", id, "--json").path("version").asText()).isEqualTo("1.1.0");
        assertThat(server.skill("push", skill.toString(), "--deploy").out()).contains("at least a patch change",
                "deployed measured 1.1.1 to dev");
        assertThat(server.skill("push", skill.toString(), "--deploy", "--level", "major").out())
                .contains("deployed measured 2.0.0 to dev");
    }

    @Test
    void requirementsAreBundledCheckedAndThere() throws Exception {
        new Wheels(wheels).wheel("tinywheel", "1.2.0");
        Path skill = Files.createDirectories(directory.resolve("needy"));
        Files.writeString(skill.resolve("main.py"),
                "import tinywheel\n\ndef handler(input):\n    return tinywheel.VERSION\n");
        Files.writeString(skill.resolve("requirements.txt"), "tinywheel>=1\n");
        Ended checked = ServerUnderTest.run(directory, Map.of("WEIR_SKILLS_DEPENDENCIES_OFFLINE", "true",
                "WEIR_SKILLS_DEPENDENCIES_FIND_LINKS", wheels.toString()), "check", skill.toString());
        assumeFalse(checked.err().contains("deps.no-installer"), "needs uv or a python3 with pip");
        assertThat(checked.out()).as(checked.err()).contains("tinywheel 1.2.0");
        JsonNode pushed = ok("push", skill.toString(), "--deploy", "--json");
        assertThat(pushed.path("upload").path("metadata").path("dependencies").path(0).path("name").asText())
                .isEqualTo("tinywheel");
        assertThat(server.skill("invoke", "needy", "--wait", "60").out().strip()).isEqualTo("\"1.2.0\"");
        Files.writeString(skill.resolve("requirements.txt"), "absent-wheel\n");
        Ended refused = server.skill("push", skill.toString(), "--deploy");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("requirements.txt: error deps.unresolved");
        assertThat(server.skill("invoke", "needy", "--wait", "60").out().strip()).as("what runs is what ran")
                .isEqualTo("\"1.2.0\"");
    }

    @Test
    void whatIsDangerousIsFoundWithoutAGateway() throws Exception {
        Path skill = Files.createDirectories(directory.resolve("dangerous"));
        Files.writeString(skill.resolve("main.py"), "import os\n\ndef handler(input):\n    os.system('id')\n");
        Ended checked = ServerUnderTest.run(directory, Map.of("WEIR_SERVER", "http://127.0.0.1:1"), "check",
                skill.toString());
        assertThat(checked.code()).isEqualTo(2);
        assertThat(checked.err()).contains("main.py:4: error py.process: ");
        Files.writeString(skill.resolve("main.py"), "def hand(input): pass\n");
        JsonNode json = JSON.readTree(ServerUnderTest.run(directory, Map.of(), "check", skill.toString(), "--json")
                .out());
        assertThat(json.path("findings").path(0).path("rule").asText()).isEqualTo("handler.missing");
        assertThat(json.path("ok").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsTheWatchingAndNotTheRun(boolean json) throws Exception {
        assumeTrue(interruptsArrive(), "SIGINT is not ignored here");
        List<String> command = new ArrayList<>(List.of(ServerUnderTest.WEIR.toString(), "skill", "invoke",
                "hello-stream", "--stage", "prod", "--follow", "--input", "{\"count\":1000,\"delay_ms\":500}"));
        String before = newestRun().path("run_id").asText();
        if (json) {
            command.add("--json");
        }
        try (ServerUnderTest.Started invoke = ServerUnderTest.start(server.scratch(), server.owner(), command)) {
            // Once the handler says something, its caller has long had its answer.
            String id = await().atMost(Duration.ofMinutes(1)).until(() -> newestRun().path("run_id").asText(),
                    newest -> !newest.equals(before));
            await().atMost(Duration.ofMinutes(1)).until(() -> !server.skill("logs", id).out().isEmpty());
            invoke.interrupt();
            Ended ended = invoke.end();
            assertThat(ended.code()).isEqualTo(130);
            assertThat(ended.err()).contains("the run " + id + " goes on", "weir skill logs -f " + id);
            if (json) {
                assertThat(JSON.readTree(ended.out()).path("run_id").asText()).isEqualTo(id);
            }
            assertThat(server.skill("logs", id).code()).as("it is still running").isZero();
            assertThat(server.skill("cancel", id).code()).isZero();
            assertThat(server.skill("logs", id, "-f").code()).isEqualTo(5);
        }
    }

    @Test
    void aTerminalGetsABarAndColoursAndAFileDoesNot() throws Exception {
        String sample = SAMPLES.resolve("word-count").toString();
        List<String> command = List.of("python3", "-c", "import os, pty, sys; "
                + "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))", ServerUnderTest.WEIR.toString(),
                "skill", "push", sample, "--stage", "tty");
        Map<String, String> environment = new HashMap<>(server.owner());
        environment.put("TERM", "xterm");
        try (ServerUnderTest.Started push = ServerUnderTest.start(server.scratch(), environment, command)) {
            Ended ended = push.end();
            assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
            assertThat(ended.out()).contains("upload [##############################]", "is ready");
        }
        Ended plain = ServerUnderTest.run(server.scratch(), environment, "push", sample, "--stage", "tty");
        assertThat(plain.err()).isEmpty();
        assertThat(plain.out()).doesNotContain("[#", "\u001b");
    }

    @Test
    void aProfileStandsForServerAndKeyIfItIsPrivate() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home/weir"));
        Path file = home.resolve("profiles.yaml");
        Files.writeString(file, "work:\n  server: %s\n  key: %s\n".formatted(server.url(),
                server.owner().get("WEIR_KEY")));
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", home.getParent().toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Ended open = ServerUnderTest.run(server.scratch(), environment, "list", "--profile", "work");
        assertThat(open.code()).isEqualTo(2);
        assertThat(open.err()).contains("chmod 600").doesNotContain(server.owner().get("WEIR_KEY"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(ServerUnderTest.run(server.scratch(), environment, "list", "--profile", "work").code()).isZero();
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
        assertThat(server.skill("logs", run, "--after", "1-2").out().lines()).hasSize(3);
        assertThat(ok("logs", run, "-f", "--json").path("events").size()).isGreaterThanOrEqualTo(4);
        assertThat(server.skill("list").out()).contains("greeter");
        assertThat(ok("list", "runs", "--json").path("runs").size()).isPositive();
        String slow = server.skill("invoke", "hello-stream", "--stage", "prod", "--input",
                "{\"count\":1000,\"delay_ms\":1000}").out().strip();
        assertThat(ok("cancel", slow, "--json").path("run_id").asText()).isEqualTo(slow);
        assertThat(server.skill("logs", slow, "-f").code()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"4,invoke absent", "4,logs 00000000-0000-4000-8000-000000000000",
        "2,invoke hello-stream --stage prod --input []",
        "2,invoke hello-stream --stage prod --input {\"count\":\"x\"}"})
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

    private static JsonNode newestRun() throws Exception {
        return ok("list", "runs", "--json").path("runs").path(0);
    }

    /** A process that was started in the background of a script ignores SIGINT, and so do its children. */
    private static boolean interruptsArrive() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.isReadable(status) && Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn"))
                .allMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0);
    }
}
