package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher as it is in the sources, with a program in Java's place that tells what it was given. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("src", "main", "dist", "bin", "weir").toAbsolutePath();

    @TempDir
    private Path directory;

    /** The three variables, '-' for unset, before and after. */
    @ParameterizedTest
    @CsvSource({"- - -, - C.UTF-8 -", "- - C, - C.UTF-8 C", "- POSIX -, - C.UTF-8 -", "C - -, C.UTF-8 C.UTF-8 -",
        "POSIX C POSIX, C.UTF-8 C.UTF-8 POSIX", "- - de_DE.UTF-8, - - de_DE.UTF-8", "- C en_US.ISO-8859-1, - C "
                + "en_US.ISO-8859-1",
        "C - de_DE.UTF-8, C - de_DE.UTF-8", "C.UTF-8 - -, C.UTF-8 - -"})
    void fileNamesAreUtf8UnlessALocaleIsSet(String before, String after) throws Exception {
        assertThat(run("${LC_ALL:--} ${LC_CTYPE:--} ${LANG:--}", before.split(" "))).isEqualTo(after + "\n");
    }

    @Test
    void argumentsArriveWhole() throws Exception {
        assertThat(run("$*", "-", "-", "-")).contains("-Dweir.home=", "dev.weir.cli.Main two  words *");
    }

    private String run(String told, String... locale) throws Exception {
        Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\nif [ \"$1\" = -version ]; then\n"
                + "echo 'openjdk version \"25\"' >&2\nelse\nprintf '%s\\n' \"" + told + "\"\nfi\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Path out = directory.resolve("out");
        ProcessBuilder builder = new ProcessBuilder("sh", LAUNCHER.toString(), "two  words *")
                .redirectOutput(out.toFile()).redirectErrorStream(true);
        builder.environment().put("WEIR_JAVA", java.toString());
        builder.environment().remove("WEIR_JAVA_OPTS");
        List<String> names = List.of("LC_ALL", "LC_CTYPE", "LANG");
        names.forEach(builder.environment()::remove);
        for (int i = 0; i < names.size(); i++) {
            if (!locale[i].equals("-")) {
                builder.environment().put(names.get(i), locale[i]);
            }
        }
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the launcher ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out);
    }
}
