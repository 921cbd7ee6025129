package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.EmulatorSetup;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir agentcore-bridge} as an editor runs it: a process with three streams, signals, and an exit code. */
class BridgeProcessIT {
    private static final Path LAUNCHER = Path.of("target", "weir", "bin", "weir").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ACCOUNT = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/";

    @TempDir
    static Path dir;
    private static final Vertx VERTX = Vertx.vertx();
    private static final Credentials CREDENTIALS = Credentials.generate();
    private static Emulator emulator;
    private static int port;
    private static String agent = "";
    private final List<Bridge> bridges = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        emulator = new Emulator(VERTX, new EmulatorSetup(EmulatorConfig.DEFAULT, dir.resolve("data"), CREDENTIALS,
                Map.of(), Tuning.AWS, InstantSource.system()));
        port = emulator.start().await(40, TimeUnit.SECONDS);
        Process python = new ProcessBuilder("python3", "-c", "import sys;print(sys.executable)").start();
        String executable = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(python.waitFor() == 0, "python3 is not installed");
        Path script = dir.resolve("agent.py");
        try (var source = BridgeProcessIT.class.getResourceAsStream("/acp/agent.py")) {
            Files.write(script, source.readAllBytes());
        }
        agent = executable + " -I " + script;
    }

    @AfterAll
    static void stop() throws Exception {
        emulator.stop().await(40, TimeUnit.SECONDS);
        VERTX.close().await(40, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() {
        bridges.forEach(each -> each.process.destroyForcibly());
    }

    private Bridge bridge(String... options) throws IOException {
        Bridge bridge = new Bridge(Integer.MAX_VALUE, "shell", Map.of(), options);
        bridges.add(bridge);
        return bridge;
    }

    @Test
    void case58ASignalCancelsWhatIsOpenAndEndsTheAgent() throws Exception {
        List<Bridge> each = List.of(bridge(), bridge(), bridge());
        for (Bridge one : each) {
            one.prompt("stall");
        }
        List<String> signals = List.of("TERM", "INT", "HUP");
        for (int i = 0; i < each.size(); i++) {
            each.get(i).await("stalling");
            each.get(i).signal(signals.get(i));
        }
        for (Bridge one : each) {
            assertThat(one.exit()).isEqualTo(130);
            assertThat(one.received).anyMatch(line -> line.contains("\"id\":3") && line.contains("cancelled"));
        }
        for (Bridge one : each) {
            long process = Long.parseLong(one.session().replaceAll("^s-|-[0-9]+$", ""));
            Awaitility.await().atMost(40, TimeUnit.SECONDS).until(() -> ProcessHandle.of(process).isEmpty());
        }
    }

    @Test
    void case58ASecondSignalIsObeyedAtOnce() throws Exception {
        Bridge one = bridge();
        one.prompt("ignore");
        one.await("ignoring");
        one.signal("TERM");
        one.await("heeding nothing");
        one.signal("TERM");
        assertThat(one.exit()).isEqualTo(130);
        assertThat(one.received).noneMatch(line -> line.contains("\"id\":3"));
    }

    @Test
    void case08And57ExitCodesSayWhatWentWrong() throws Exception {
        Bridge forbidden = new Bridge(Integer.MAX_VALUE, "shell", Map.of("AWS_SECRET_ACCESS_KEY", "wrong"));
        Bridge unknown = new Bridge(Integer.MAX_VALUE, "nobody", Map.of());
        Bridge missing = bridge("--command", "no-such-agent");
        Bridge deaf = new Bridge(1, "shell", Map.of());
        bridges.addAll(List.of(forbidden, unknown, deaf));
        for (Bridge each : bridges) {
            each.say(Bridge.INITIALIZE);
        }
        assertThat(forbidden.exit()).isEqualTo(3);
        assertThat(forbidden.errors()).contains("403").doesNotContain("Signature=");
        assertThat(forbidden.received).anyMatch(line -> line.contains("\"id\":1") && line.contains("403"));
        assertThat(unknown.exit()).isEqualTo(4);
        assertThat(unknown.errors()).contains("no such agent runtime");
        assertThat(missing.exit()).isEqualTo(7);
        assertThat(missing.errors()).contains("127");
        deaf.await("\"id\":1");
        deaf.say(Bridge.NEW);
        assertThat(deaf.exit()).as("the client reads no more").isEqualTo(8);
    }

    @Test
    void case51And55And62AThreadsBridgesFollowOneAnotherAndLogsTellNothing() throws Exception {
        Bridge first = bridge("--thread", "slack:C1");
        first.prompt("env");
        first.await("\"id\":3");
        first.process.getOutputStream().close();
        assertThat(first.exit()).isZero();
        Bridge second = bridge("--thread", "slack:C1");
        second.prompt("a secret of the user's");
        second.prompt("stall");
        second.await("stalling");
        Bridge third = bridge("--thread", "slack:C1");
        third.prompt("hash");
        assertThat(second.exit()).as("another has the shell").isEqualTo(5);
        third.await("\"id\":3");
        third.process.getOutputStream().close();
        assertThat(third.exit()).isZero();
        String session = second.session();
        for (Bridge each : List.of(first, second, third)) {
            assertThat(each.errors()).contains("the bridge in figures", "from_client=").doesNotContain("secret",
                    "stalling", session, CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey().reveal(),
                    "Authorization", "X-Amz", "thread-", "acp-");
        }
    }

    /** One process. */
    private static final class Bridge {
        private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}";
        private static final String NEW = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session/new\",\"params\":{}}";

        private final Process process;
        private final List<String> received = new CopyOnWriteArrayList<>();
        private final Path errors;
        private final int most;
        private int prompts;

        /** @param most lines that are read of it, before the pipe is closed */
        Bridge(int most, String runtime, Map<String, String> environment, String... options) throws IOException {
            this.most = most;
            List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "agentcore-bridge", "--runtime-arn",
                    ACCOUNT + runtime));
            command.addAll(List.of(options));
            if (!command.contains("--command")) {
                command.addAll(List.of("--command", agent));
            }
            errors = Files.createTempFile(dir, "bridge", ".err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
            builder.environment().putAll(Map.of("AWS_ACCESS_KEY_ID", CREDENTIALS.accessKeyId(),
                    "AWS_SECRET_ACCESS_KEY", CREDENTIALS.secretAccessKey().reveal(), "AWS_REGION", "us-east-1",
                    "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://127.0.0.1:" + port, "WEIR_JAVA",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "WEIR_JAVA_OPTS",
                    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
            builder.environment().putAll(environment);
            process = builder.start();
            Thread.ofPlatform().daemon().start(this::read);
        }

        private void read() {
            try (BufferedReader lines = process.inputReader()) {
                String line = lines.readLine();
                while (line != null) {
                    received.add(line);
                    line = received.size() < most ? lines.readLine() : null;
                }
            } catch (IOException closed) {
                received.add("closed");
            }
        }

        void say(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /** Also what has to come before the first one. */
        void prompt(String what) throws IOException {
            if (prompts == 0) {
                say(INITIALIZE);
                say(NEW);
                await("sessionId");
            }
            prompts++;
            say("{\"jsonrpc\":\"2.0\",\"id\":" + (2 + prompts)
                    + ",\"method\":\"session/prompt\",\"params\":{\"sessionId\":\""
                    + session() + "\",\"do\":\"" + what + "\"}}");
        }

        String session() {
            return received.stream().filter(line -> line.contains("\"id\":2")).findFirst().orElseThrow()
                    .replaceAll(".*\"sessionId\":\"([^\"]+)\".*", "$1");
        }

        void await(String words) {
            Awaitility.await(words).atMost(PATIENCE).failFast("it ended: " + errors, () -> !process.isAlive())
                    .until(() -> received.stream().anyMatch(line -> line.contains(words)));
        }

        void signal(String name) throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor()).isZero();
        }

        int exit() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
            return process.exitValue();
        }

        String errors() throws IOException {
            return Files.readString(errors);
        }
    }
}
