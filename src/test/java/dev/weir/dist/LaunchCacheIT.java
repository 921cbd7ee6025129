package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the build has recorded makes commands start faster where it can be used, and is not noticed where it cannot. */
class LaunchCacheIT {
    private static final Path HOME = Path.of("target", "weir").toAbsolutePath();
    private static final Path CACHE = HOME.resolve("lib").resolve("help.aot");
    private static final String LOADED = "-Xlog:class+load:stderr";

    @TempDir
    private Path directory;

    @BeforeEach
    void cache() {
        assumeThat(Runtime.version().feature()).as("a JDK that makes caches").isEqualTo(25);
        for (String name : List.of("help.aot", "client.aot", "emulator.aot", "server.aot")) {
            assertThat(CACHE.resolveSibling(name)).as("the build says why it could not make it").isNotEmptyFile();
            assertThat(CACHE.resolveSibling(name + ".new")).doesNotExist();
        }
    }

    /** Its order is refused before anything is opened, so it needs nothing to talk to. */
    @Test
    void aSandboxCommandHasTheOneOfClientCommands() throws Exception {
        Path err = directory.resolve("sandbox");
        ProcessBuilder builder = new ProcessBuilder(HOME.resolve("bin").resolve("weir").toString(), "sandbox", "run",
                "--cmd", "df -h /", "--timeout", "0").redirectErrorStream(true).redirectOutput(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CUSTOM_AGENTCORE_"));
        builder.environment().put("CUSTOM_AGENTCORE_INTERPRETER_ID", "ci");
        builder.environment().put("WEIR_JAVA_OPTS", LOADED + " -Xlog:aot=info:stderr");
        builder.environment().put("WEIR_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readString(err)).contains("--timeout must be", "lib/client.aot",
                "dev.weir.cli.sandbox.SandboxLine source: shared objects file");
    }

    @Test
    void classesComeFromTheCache() throws Exception {
        assertThat(run(HOME, LOADED).err()).contains("picocli.CommandLine source: shared objects file",
                "dev.weir.cli.Main source: shared objects file").doesNotContain("source: file:");
    }

    @Test
    void aDistributionThatWasMovedWithItsTimesKeepsIt() throws Exception {
        assertThat(run(copy(StandardCopyOption.COPY_ATTRIBUTES), LOADED).err())
                .contains("picocli.CommandLine source: shared objects file");
    }

    /** The JVM would take the classes of the jar that was there before. */
    @ParameterizedTest
    @ValueSource(strings = {"weir-", "picocli-"})
    void aJarThatWasReplacedIsReadAndNobodyIsTold(String name) throws Exception {
        Path home = copy(StandardCopyOption.COPY_ATTRIBUTES);
        each(home.resolve("lib"), file -> {
            try {
                if (file.getFileName().toString().startsWith(name)) {
                    Files.setLastModifiedTime(file, FileTime.from(Files.getLastModifiedTime(CACHE).toInstant()
                            .plusSeconds(1)));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        assertThat(run(home, LOADED).err()).doesNotContain("dev.weir.cli.Main source: shared objects file")
                .contains("dev.weir.cli.Main source: ");
        silent(home, "");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1_000_000})
    void aCacheThatWasCutShortIsNoticedByNobody(int bytes) throws Exception {
        Path home = copy(StandardCopyOption.COPY_ATTRIBUTES);
        try (var file = Files.newByteChannel(home.resolve("lib").resolve("help.aot"),
                StandardOpenOption.WRITE)) {
            file.truncate(bytes);
        }
        silent(home, "");
    }

    /** Another layout of objects, other collectors, pointers of another size, and what does not go with a cache at all. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:-UseCompactObjectHeaders", "-XX:+UseZGC", "-XX:+UseG1GC", "-XX:-UseCompressedOops",
        "-Xshare:off", "-XX:AOTMode=off", "--add-modules=java.sql"})
    void aJvmThatItIsNotForDoesWithoutAndIsSilent(String option) throws Exception {
        silent(HOME, option);
    }

    private void silent(Path home, String options) throws Exception {
        Ended plain = run(home, options);
        assertThat(plain.err()).isEmpty();
        assertThat(plain.out()).isEqualTo(run(HOME, "").out()).startsWith("Usage: weir skill ");
    }

    private Path copy(StandardCopyOption how) throws IOException {
        Path home = directory.resolve("moved").resolve("weir");
        for (String part : List.of("bin", "lib")) {
            Files.createDirectories(home.resolve(part));
            each(HOME.resolve(part), file -> {
                try {
                    Files.copy(file, home.resolve(part).resolve(file.getFileName()), how);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
        return home;
    }

    private static void each(Path part, Consumer<Path> action) throws IOException {
        try (Stream<Path> files = Files.list(part)) {
            files.forEach(action);
        }
    }

    private Ended run(Path home, String options) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin").resolve("weir").toString(), "skill", "--help")
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("WEIR_JAVA_OPTS", options);
        builder.environment().put("WEIR_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the command ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return new Ended(Files.readString(out), Files.readString(err));
    }

    private record Ended(String out, String err) {}
}
