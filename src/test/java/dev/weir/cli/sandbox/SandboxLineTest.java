package dev.weir.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.app.SandboxOrder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxLineTest {
    private static final int DONE = 77;

    @TempDir
    Path dir;
    private final Map<String, String> environment = new HashMap<>(Map.of("CUSTOM_AGENTCORE_INTERPRETER_ID", "my-ci"));
    private final List<SandboxOrder> orders = new ArrayList<>();
    private final List<String> profilesAsked = new ArrayList<>();
    private Charset charset = StandardCharsets.UTF_8;
    private int listening;
    private String stdin = "";
    private String out = "";
    private String err = "";

    @Test
    void s1_01_thereAreFourCommands() {
        assertThat(run("start")).isEqualTo(DONE);
        assertThat(run("stop", "01K")).isEqualTo(DONE);
        assertThat(run("exec", "01K", "print(1)")).isEqualTo(DONE);
        assertThat(run("run", "print(1)")).isEqualTo(DONE);
        assertThat(orders).hasExactlyElementsOfTypes(SandboxOrder.Start.class, SandboxOrder.Stop.class,
                SandboxOrder.Exec.class, SandboxOrder.Run.class);
        assertThat(orders.toString()).doesNotContain("print(1)");
        assertThat(run("destroy")).isEqualTo(1);
        assertThat(err).contains("unknown command destroy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h", "help me", "run --help", "exec 01K x -h", "start --help --bogus"})
    void s1_02_helpNeedsNothing(String line) {
        environment.clear();
        assertThat(run(line.split(" "))).isZero();
        assertThat(out).contains("run [flags] <code>", "--lang", "--runtime", "--cmd", "--clear-context", "--timeout",
                "--json", "--file", "--upload", "--download", "--strict", "--endpoint", "Ctrl-C",
                "CUSTOM_AGENTCORE_INTERPRETER_ID", "CUSTOM_AGENTCORE_AWS_PROFILE", "CUSTOM_AGENTCORE_AWS_REGION");
        assertThat(out.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(100);
        assertThat(err).isEmpty();
        assertThat(orders).isEmpty();
    }

    @Test
    void s1_02_noWordsShowTheSameAndExitWithOne() {
        environment.clear();
        assertThat(run()).isEqualTo(1);
        String shown = out;
        assertThat(run("help")).isZero();
        assertThat(out).isEqualTo(shown).isNotBlank();
    }

    @Test
    void s1_03_profileThenIdThenCommandThenWords() {
        environment.clear();
        environment.put("CUSTOM_AGENTCORE_AWS_PROFILE", "absent");
        assertThat(run("destroy", "--bogus")).isEqualTo(1);
        assertThat(err).contains("CUSTOM_AGENTCORE_AWS_PROFILE").doesNotContain("INTERPRETER_ID");
        environment.put("CUSTOM_AGENTCORE_AWS_PROFILE", "there");
        assertThat(run("destroy", "--bogus")).isEqualTo(1);
        assertThat(err).contains("CUSTOM_AGENTCORE_INTERPRETER_ID").doesNotContain("destroy");
        environment.put("CUSTOM_AGENTCORE_INTERPRETER_ID", "my-ci");
        assertThat(run("destroy", "--bogus")).isEqualTo(1);
        assertThat(err).contains("destroy").doesNotContain("bogus");
        assertThat(run("run", "--bogus")).isEqualTo(1);
        assertThat(err).contains("--bogus");
        assertThat(profilesAsked).containsExactly("absent", "there", "there", "there");
        assertThat(orders).isEmpty();
    }

    @Test
    void s1_04_theEnvironmentNamesTheInterpreterAndWhoCalls() {
        environment.putAll(Map.of("CUSTOM_AGENTCORE_AWS_PROFILE", "there", "CUSTOM_AGENTCORE_AWS_REGION", "eu-west-1",
                "AWS_REGION", "us-west-2"));
        run("start");
        assertThat(orders.getLast().target().interpreter()).isEqualTo("my-ci");
        assertThat(orders.getLast().target().profile()).contains("there");
        assertThat(orders.getLast().target().region()).contains("eu-west-1");
        environment.keySet().removeIf(name -> name.startsWith("CUSTOM_AGENTCORE_AWS"));
        run("start");
        assertThat(orders.getLast().target().profile()).isEmpty();
        assertThat(orders.getLast().target().region()).contains("us-west-2");
        environment.remove("AWS_REGION");
        environment.put("AWS_DEFAULT_REGION", "us-east-2");
        run("start");
        assertThat(orders.getLast().target().region()).contains("us-east-2");
        assertThat(orders.getLast().target().emulator()).isFalse();
    }

    @Test
    void s1_05_withoutAnIdNothingStarts() {
        for (String empty : new String[]{null, "", " "}) {
            environment.clear();
            if (empty != null) {
                environment.put("CUSTOM_AGENTCORE_INTERPRETER_ID", empty);
            }
            assertThat(run("run", "print(1)")).isEqualTo(1);
            assertThat(err).contains("CUSTOM_AGENTCORE_INTERPRETER_ID is not set");
            assertThat(out).isEmpty();
        }
        assertThat(orders).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:4711,true", "http://localhost:1,true", "http://[::1]:1/,true",
        "https://vpce-1.example.com,false", "http://127.0.0.1.example.com,false"})
    void s1_05_onlyAnEmulatorHasADefault(String endpoint, boolean emulator) {
        environment.clear();
        assertThat(run("run", "--endpoint", endpoint, "x")).isEqualTo(emulator ? DONE : 1);
        environment.put("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", endpoint);
        assertThat(run("stop", "01K")).isEqualTo(emulator ? DONE : 1);
        assertThat(orders).hasSize(emulator ? 2 : 0).allSatisfy(order -> {
            assertThat(order.target().interpreter()).isEqualTo("aws.codeinterpreter.v1");
            assertThat(order.target().endpoint()).isEqualTo(endpoint);
            assertThat(order.target().emulator()).isTrue();
        });
    }

    @Test
    void s1_05_aWrongWordDoesNotHideTheEmulator() {
        environment.clear();
        assertThat(run("run", "--endpoint=http://127.0.0.1:1", "--bogus", "x")).isEqualTo(1);
        assertThat(err).contains("--bogus");
        assertThat(run("run", "--endpoint", "ftp://x", "x")).isEqualTo(1);
        assertThat(err).contains("CUSTOM_AGENTCORE_INTERPRETER_ID");
        environment.put("CUSTOM_AGENTCORE_INTERPRETER_ID", "my-ci");
        assertThat(run("run", "--endpoint", "ftp://x", "x")).isEqualTo(1);
        assertThat(err).contains("--endpoint must be");
    }

    @ParameterizedTest
    @CsvSource({"python,python", "Python,python", "javascript,javascript", "JS,javascript", "typescript,typescript",
        "tS,typescript"})
    void s1_06_languageInAnyLetterCase(String given, String language) {
        assertThat(run("run", "--lang", given, "x")).isEqualTo(DONE);
        assertThat(program().language()).isEqualTo(language);
    }

    @Test
    void s1_06_pythonIsTheDefaultAndAnythingElseAnErrorThatNamesThem() {
        run("run", "x");
        assertThat(program().language()).isEqualTo("python");
        for (String wrong : new String[]{"", "ruby", "py", " python"}) {
            assertThat(run("exec", "01K", "--lang", wrong, "x")).isEqualTo(1);
            assertThat(err).contains("python", "javascript", "typescript");
        }
        assertThat(orders).hasSize(1);
    }

    @Test
    void s1_07_runtimeInAnyLetterCaseOrNone() {
        for (String given : new String[]{"nodejs", "Deno", "PYTHON"}) {
            assertThat(run("run", "--runtime=" + given, "x")).isEqualTo(DONE);
            assertThat(program().engine().orElseThrow()).isEqualToIgnoringCase(given);
        }
        assertThat(run("run", "--lang", "ts", "x")).isEqualTo(DONE);
        assertThat(program().engine()).as("the service takes deno").isEmpty();
        assertThat(run("run", "--runtime", "bun", "x")).isEqualTo(1);
        assertThat(err).contains("nodejs, deno or python");
    }

    @Test
    void s1_08_whatCannotWorkTogetherIsForTheServiceToSay() {
        assertThat(run("run", "--lang", "python", "--runtime", "deno", "x")).isEqualTo(DONE);
        assertThat(program().engine()).contains("deno");
    }

    @Test
    void s1_09_aShellCommand() {
        assertThat(run("run", "--cmd", "ls -l")).isEqualTo(DONE);
        assertThat(work().code()).isEqualTo(new SandboxOrder.Command("ls -l"));
        assertThat(run("run", "--cmd=maybe", "ls")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --cmd --lang python x", "run x --lang python --cmd",
        "exec 01K --cmd=false --lang js x",
        "exec 01K --cmd --lang ruby x"})
    void s1_10_theConflictIsOnWhatIsGiven(String line) {
        assertThat(run(line.split(" "))).isEqualTo(1);
        assertThat(err).contains("--cmd and --lang");
        assertThat(orders).isEmpty();
    }

    @Test
    void s1_11_clearContextOnlyWhenTrue() {
        run("exec", "01K", "--clear-context", "x");
        assertThat(program().clearContext()).isTrue();
        run("exec", "01K", "--clear-context=false", "x");
        assertThat(program().clearContext()).isFalse();
        assertThat(run("exec", "01K", "--clear-context", "--cmd", "x")).isEqualTo(DONE);
        assertThat(work().code()).isEqualTo(new SandboxOrder.Command("x"));
    }

    @Test
    void s1_12_timeoutIsForStartAndRun() {
        run("start");
        assertThat(orders.getLast()).isInstanceOfSatisfying(SandboxOrder.Start.class,
                start -> assertThat(start.lifetime()).isEqualTo(Duration.ofMinutes(15)));
        run("run", "--timeout", "28800", "x");
        assertThat(orders.getLast()).isInstanceOfSatisfying(SandboxOrder.Run.class,
                one -> assertThat(one.lifetime()).isEqualTo(Duration.ofHours(8)));
        assertThat(run("exec", "01K", "--timeout", "60", "x")).isEqualTo(1);
        assertThat(err).contains("unknown flag --timeout");
        for (String wrong : new String[]{"0", "-1", "28801", "4294967297", "1.5", "x", ""}) {
            assertThat(run("start", "--timeout", wrong)).isEqualTo(1);
            assertThat(err).contains("--timeout");
        }
        assertThat(orders).hasSize(2);
    }

    @Test
    void s1_13_flagsAnywhereAndTheFirstWordCounts() {
        assertThat(run("exec", "--lang", "js", "01K", "--json", "code", "--strict", "dropped", "too")).isEqualTo(DONE);
        assertThat(orders.getLast()).isInstanceOfSatisfying(SandboxOrder.Exec.class,
                exec -> assertThat(exec.session()).isEqualTo("01K"));
        assertThat(program().text()).isEqualTo("code");
        assertThat(work().strict()).isTrue();
        assertThat(run("run", "--", "-1", "--lang")).isEqualTo(DONE);
        assertThat(program().text()).isEqualTo("-1");
        assertThat(run("run", "-1")).isEqualTo(1);
        assertThat(err).contains("after --");
        assertThat(run("run", "--lang")).isEqualTo(1);
        assertThat(run("run")).isEqualTo(1);
        assertThat(run("exec", "01K")).isEqualTo(1);
        assertThat(run("exec")).isEqualTo(1);
    }

    @Test
    void s1_14_stopTakesItsFirstWordAsTheId() {
        for (String id : new String[]{"01K", "--json", "--help"}) {
            assertThat(run("stop", id, "--more")).isEqualTo(DONE);
            assertThat(orders.getLast()).isInstanceOfSatisfying(SandboxOrder.Stop.class,
                    stop -> assertThat(stop.session()).isEqualTo(id));
        }
        assertThat(run("stop")).isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(run("stop", "01K", "--endpoint", "http://127.0.0.1:1")).isEqualTo(DONE);
        assertThat(orders.getLast().target().endpoint()).as("no flags").isEmpty();
    }

    @Test
    void s1_21_withJsonWhatIsWrongIsOneValue() throws Exception {
        environment.clear();
        assertThat(run("run", "--json", "x")).isEqualTo(1);
        assertThat(json().path("error").path("detail").asText()).contains("CUSTOM_AGENTCORE_INTERPRETER_ID");
        environment.put("CUSTOM_AGENTCORE_INTERPRETER_ID", "my-ci");
        assertThat(run("run", "--lang", "ruby", "x", "--json")).isEqualTo(1);
        assertThat(json().path("error").path("detail").asText()).contains("--lang");
        assertThat(json()).hasSize(1);
        assertThat(run("run", "--lang", "ruby", "--", "--json")).isEqualTo(1);
        assertThat(out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --lang ruby x", "run --runtime bun x", "run --cmd --lang js x", "run --file /none/x",
        "run --upload /none/x x", "run --download a:/none/x/y x", "run --download dir/ x", "run --file a b",
        "run --timeout 0 x", "run"})
    void s1_22_whatIsWrongIsFoundBeforeAnythingStarts(String line) {
        assertThat(run(line.split(" "))).isEqualTo(1);
        assertThat(err).isNotBlank();
        assertThat(orders).isEmpty();
    }

    @Test
    void s1_21_aFaultIsOneValueToo() throws Exception {
        environment.put("CUSTOM_AGENTCORE_AWS_PROFILE", "broken");
        assertThat(run("run", "--json", "x")).isEqualTo(1);
        assertThat(json().path("error").path("detail").asText()).contains("a fault of this program")
                .doesNotContain("library");
        environment.remove("CUSTOM_AGENTCORE_AWS_PROFILE");
        assertThat(run("run", "--json", "--json=false", "--lang", "ruby", "x")).isEqualTo(1);
        assertThat(out).as("the last one wins").isEmpty();
    }

    @Test
    void s1_22_codeThatIsNoneIsFoundBeforeAnythingStarts() throws Exception {
        assertThat(run("run", "--json", "")).isEqualTo(1);
        assertThat(json().path("error").path("detail").asText()).isEqualTo("the code is empty");
        stdin = " \n";
        assertThat(run("exec", "01K", "-")).isEqualTo(1);
        assertThat(err).contains("the code is empty");
        charset = StandardCharsets.ISO_8859_1;
        stdin = "print('\u00e4')";
        assertThat(run("run", "-")).isEqualTo(1);
        assertThat(err).contains("the code is not UTF-8");
        assertThat(orders).isEmpty();
    }

    @Test
    void codeComesFromAFileOrStandardInput() throws Exception {
        Path file = Files.writeString(dir.resolve("code.py"), "print('\u00e4')\n");
        run("exec", "01K", "--file", file.toString());
        assertThat(program().text()).isEqualTo("print('\u00e4')\n");
        stdin = "print(2)\n";
        run("run", "-");
        assertThat(program().text()).isEqualTo("print(2)\n");
    }

    @Test
    void filesUpAndDown() throws Exception {
        Path plain = Files.createFile(dir.resolve("a.csv"));
        Path colon = Files.createFile(dir.resolve("b:c"));
        assertThat(run("run", "--upload", plain.toString(), "--upload", plain + ":data/x", "--upload", colon.toString(),
                "--download", "o/p.png:" + dir, "--download", "q.txt", "--download", "r:" + dir.resolve("s"), "x"))
                .isEqualTo(DONE);
        assertThat(work().uploads()).containsExactly(new SandboxOrder.Upload(plain, "a.csv"),
                new SandboxOrder.Upload(plain, "data/x"), new SandboxOrder.Upload(colon, "b:c"));
        assertThat(work().downloads()).containsExactly(new SandboxOrder.Download("o/p.png", dir.resolve("p.png")),
                new SandboxOrder.Download("q.txt", Path.of("q.txt")),
                new SandboxOrder.Download("r", dir.resolve("s")));
    }

    private SandboxOrder.Work work() {
        return switch (orders.getLast()) {
            case SandboxOrder.Run run -> run.work();
            case SandboxOrder.Exec exec -> exec.work();
            default -> throw new AssertionError("no work in " + orders.getLast());
        };
    }

    private SandboxOrder.Program program() {
        return (SandboxOrder.Program) work().code();
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out);
    }

    private int run(String... words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        int code = new SandboxLine(environment, new ByteArrayInputStream(stdin.getBytes(charset)),
                new PrintStream(said, false, StandardCharsets.UTF_8),
                new PrintStream(complained, false, StandardCharsets.UTF_8), name -> {
                    profilesAsked.add(name);
                    if (name.equals("broken")) {
                        throw new IllegalStateException("of a library");
                    }
                    return name.equals("there");
                }, _ -> listening++, (order, _) -> {
                    assertThat(listening).as("signals are heard before anything starts").isPositive();
                    orders.add(order);
                    return DONE;
                }).run(List.of(words));
        out = said.toString(StandardCharsets.UTF_8);
        err = complained.toString(StandardCharsets.UTF_8);
        assertThat(err).doesNotContain("\tat ");
        return code;
    }
}
