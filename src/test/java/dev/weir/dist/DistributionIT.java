package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} leaves in {@code target/weir}, run as a user would run it. */
class DistributionIT {
    private static final Path HOME = Path.of("target", "weir").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void theLauncherRunsThroughSymbolicLinksAndDirectoriesWithSpaces() throws Exception {
        Path spaced = Files.createDirectory(directory.resolve("with space"));
        Files.createSymbolicLink(spaced.resolve("home"), HOME);
        Files.createSymbolicLink(spaced.resolve("first"), Path.of("home", "bin", "weir"));
        Path link = Files.createSymbolicLink(spaced.resolve("second"), Path.of("first"));
        Ended version = run(link, Map.of(), "--version");
        assertThat(version.code()).isZero();
        assertThat(version.out()).startsWith("weir 0.").contains("Java ");
        assertThat(version.err()).isEmpty();
    }

    @Test
    void itsOwnConfigurationFileIsReadAndArgumentsArriveWhole() throws Exception {
        Ended printed = run(HOME.resolve("bin/weir"), Map.of("WEIR_JAVA_OPTS", "-Da=b -Xmx64m"), "check-config",
                "--print",
                "--data", "two words *");
        assertThat(printed.err()).isEmpty();
        assertThat(printed.code()).isZero();
        assertThat(printed.out()).contains("data: \"two words *\"  # --data",
                "server.port: 8080  # " + HOME.resolve("conf/weir.yaml") + ":");
    }

    @Test
    void aMistakeEndsWithTwoAndAWrongJavaWithAWord() throws Exception {
        assertThat(run(HOME.resolve("bin/weir"), Map.of(), "serv").code()).isEqualTo(2);
        Ended ended = run(HOME.resolve("bin/weir"), Map.of("WEIR_JAVA", "/bin/sh"), "--version");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("WEIR_JAVA must be the java program of Java 25");
    }

    @Test
    void noLibraryIsThereInTwoVersions() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            List<String> names = jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> !name.endsWith(".aot")).toList();
            assertThat(names).hasSizeGreaterThan(20).allMatch(name -> name.endsWith(".jar"))
                    .anyMatch(name -> name.startsWith("weir-"));
            assertThat(names.stream().map(name -> name.replaceFirst("-[0-9][0-9A-Za-z.]*", "")))
                    .doesNotHaveDuplicates();
        }
    }

    private Ended run(Path command, Map<String, String> environment, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(command.toString()), Stream.of(arguments))
                .toList()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the command ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private record Ended(int code, String out, String err) {}
}
