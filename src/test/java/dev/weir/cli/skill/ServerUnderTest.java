package dev.weir.cli.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code weir serve} of the packaged distribution on free ports, and {@code weir skill} run against it. */
final class ServerUnderTest implements AutoCloseable {
    static final Path WEIR = Path.of("target", "weir", "bin", "weir").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final Path scratch;
    private final Process process;

    /** @param options of {@code weir serve}, besides those that make it stand alone */
    ServerUnderTest(Path directory, String... options) throws IOException {
        data = directory.resolve("data");
        scratch = Files.createDirectories(directory.resolve("scratch"));
        List<String> command = new ArrayList<>(List.of(WEIR.toString(), "serve", "--data", data.toString(), "--port",
                "0", "--admin-port", "0"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(directory.resolve("serve.out").toFile())
                .redirectError(directory.resolve("serve.err").toFile());
        builder.environment().put("WEIR_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        builder.environment().put("WEIR_EMULATOR_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        process = builder.start();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> !process.isAlive()
                    || (Files.exists(data.resolve("addresses.json")) && Files.exists(data.resolve("owner.key"))));
            assertThat(process.isAlive()).as("the gateway starts").isTrue();
        } catch (RuntimeException | AssertionError failure) {
            close();
            throw failure;
        }
    }

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    String url() throws IOException {
        return JSON.readTree(data.resolve("addresses.json").toFile()).path("api").asText();
    }

    Ended skill(String... arguments) throws Exception {
        return run(scratch, owner(), arguments);
    }

    static Ended run(Path scratch, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(WEIR.toString(), "skill"));
        command.addAll(List.of(arguments));
        try (Started started = start(scratch, environment, command)) {
            return started.end();
        }
    }

    /** The environment of a client of this gateway, as its owner. */
    Map<String, String> owner() throws IOException {
        return Map.of("WEIR_SERVER", url(), "WEIR_KEY", Files.readString(data.resolve("owner.key")).strip());
    }

    Path scratch() {
        return scratch;
    }

    static Started start(Path scratch, Map<String, String> environment, List<String> command) throws IOException {
        Path out = Files.createTempFile(scratch, "out", "");
        Path err = Files.createTempFile(scratch, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("XDG_CONFIG_HOME", scratch.toString());
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }

    /** A command that runs. */
    record Started(Process process, Path out, Path err) implements AutoCloseable {
        Ended end() throws Exception {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("the command ends").isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        }

        /** Ctrl-C. */
        void interrupt() throws Exception {
            Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
            assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** In order, which takes the emulator along; what did not listen is ended by its id. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Path emulator = data.resolve("emulator.json");
        if (Files.exists(emulator)) {
            long pid = JSON.readTree(emulator.toFile()).path("pid").asLong();
            ProcessHandle.of(pid).filter(this::isOurs).ifPresent(ProcessHandle::destroy);
        }
    }

    /** A pid may have gone to another process since. Java cuts long command lines short; the system does not. */
    private boolean isOurs(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"))
                    .contains(data.toString());
        } catch (IOException _) {
            return handle.info().commandLine().orElse("").contains(data.toString());
        }
    }
}
