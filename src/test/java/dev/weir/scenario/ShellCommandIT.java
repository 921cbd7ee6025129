package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir shell} of the packaged distribution, typed into the shell of a real terminal, against {@code weir emulate}. */
class ShellCommandIT {
    private static final String WEIR = Path.of("target", "weir", "bin", "weir").toAbsolutePath().toString();
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;
    private static Process emulator;
    private static Map<String, String> environment;

    @BeforeAll
    static void start() throws Exception {
        Path data = directory.resolve("data");
        emulator = new ProcessBuilder(WEIR, "emulate", "--data", data.toString(), "--port", "0")
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        await().atMost(PATIENCE).until(() -> EmulatorProcess.find(data).isPresent());
        EmulatorState state = EmulatorProcess.find(data).orElseThrow();
        environment = new HashMap<>(System.getenv());
        environment.putAll(Map.of("AWS_ACCESS_KEY_ID", state.credentials().accessKeyId(), "AWS_SECRET_ACCESS_KEY",
                state.credentials().secretAccessKey().reveal(), "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE",
                state.endpoint(), "TERM", "dumb", "HERE", "-here"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        emulator.destroy();
        assertThat(emulator.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTerminalThatIsLeftFoundAgainAndEnded() throws Exception {
        try (Desk desk = new Desk()) {
            desk.type("modes=$(stty -g); " + WEIR + " shell --runtime-arn " + ARN
                    + "; echo left-$?; [ \"$modes\" = \"$(stty -g)\" ] && echo as-be''fore\n");
            desk.until("echo there$HERE-$((40+2))\r", "there-42");

            desk.process.setWinSize(new WinSize(101, 33));
            desk.until("stty size\r", "33 101");

            desk.type("echo sle''eping; sleep 1000\r");
            desk.awaits("sleeping");
            desk.until("\u0003\recho stop''ped-$?\r", "stopped-130");

            desk.type("kept=47$((10+1))\r\u001d");
            desk.awaits("left-0");
            desk.awaits("as-before");
            Matcher line = Pattern
                    .compile(Pattern.quote(WEIR) + " shell --runtime-arn \\S+ --session \\S+ --shell \\S+")
                    .matcher(desk.seen());
            assertThat(line.find()).isTrue();

            desk.type(line.group() + "; echo back-$?\n");
            desk.until("echo found-$kept\r", "found-4711");
            desk.type("exit 7\r");
            desk.awaits("back-7");
        }
    }

    @Test
    void aSignalPutsTheTerminalBackAndStopEndsTheMicroVm() throws Exception {
        try (Desk desk = new Desk()) {
            desk.type("modes=$(stty -g); " + WEIR + " shell --stop --runtime-arn " + ARN
                    + "; echo left-$?; [ \"$modes\" = \"$(stty -g)\" ] && echo as-be''fore\n");
            desk.until("echo pid$HERE-$$-$((40+2))\r", "-42");
            Matcher remote = Pattern.compile("pid-(\\d+)-42").matcher(desk.seen());
            assertThat(remote.find()).isTrue();
            ProcessHandle shell = ProcessHandle.of(Long.parseLong(remote.group(1))).orElseThrow();

            ProcessHandle weir = ProcessHandle.of(desk.process.pid()).orElseThrow().children().findFirst()
                    .orElseThrow();
            weir.destroy();
            desk.awaits("left-130");
            desk.awaits("as-before");
            await().atMost(PATIENCE).until(() -> !shell.isAlive());
        }
    }

    @Test
    void aSingleCommandHasItsStreamsAndItsCode() throws Exception {
        Ended ended = run("-c", "printf 'gr\\303\\274n\\0'; echo trouble >&2; exit 3");
        assertThat(ended.out()).isEqualTo("gr\u00fcn\0");
        assertThat(ended.err()).isEqualTo("trouble\n");
        assertThat(ended.code()).isEqualTo(3);

        Ended late = run("--timeout", "1", "--stop", "--", "echo", "begun;", "sleep", "60");
        assertThat(late.out()).isEqualTo("begun\n");
        assertThat(late.code()).isEqualTo(124);

        Ended blind = run();
        assertThat(blind.code()).isEqualTo(2);
        assertThat(blind.err()).contains("must be a terminal");
    }

    private static Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(WEIR, "shell", "--runtime-arn", ARN));
        command.addAll(List.of(arguments));
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    private record Ended(int code, String out, String err) {}

    /** Somebody's terminal with a local shell in it. */
    private static final class Desk implements AutoCloseable {
        final PtyProcess process;
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        Desk() throws IOException {
            process = new PtyProcessBuilder(new String[]{"/bin/bash", "--norc", "--noprofile"})
                    .setEnvironment(environment).setDirectory(directory.toString()).setInitialColumns(80)
                    .setInitialRows(24).start();
            Thread.ofPlatform().daemon().name("desk").start(this::watch);
        }

        void type(String keys) throws IOException {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /** Types it again and again until the answer comes: what is typed before there is a connection is not sent. */
        void until(String keys, String answer) {
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).pollDelay(Duration.ZERO).until(() -> {
                if (seen().contains(answer)) {
                    return true;
                }
                type(keys);
                return false;
            });
        }

        void awaits(String answer) {
            await().atMost(PATIENCE).until(() -> seen().contains(answer));
        }

        String seen() {
            return String.join("", seen);
        }

        @Override
        public void close() {
            ProcessHandle.of(process.pid()).ifPresent(bash -> bash.descendants().forEach(ProcessHandle::destroy));
            process.destroyForcibly();
        }

        private void watch() {
            byte[] piece = new byte[8192];
            try (InputStream output = process.getInputStream()) {
                for (int count = output.read(piece); count >= 0; count = output.read(piece)) {
                    seen.add(new String(piece, 0, count, StandardCharsets.UTF_8));
                }
            } catch (IOException ended) {
                // how Linux says that the last program has let the terminal go
            }
        }
    }
}
