package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void clientCommandsGetTheQuickFlagsAndBridgesDoNot() throws Exception {
        List<String> quick = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        assertThat(run(LAUNCHER, Map.of(), "skill", "list")).contains(quick);
        assertThat(run(LAUNCHER, Map.of(), "--help")).contains(quick);
        assertThat(run(LAUNCHER, Map.of(), "emulate")).contains("-XX:+UseSerialGC");
        assertThat(run(LAUNCHER, Map.of("WEIR_JAVA_OPTS", "-XX:+UseG1GC"), "emulate")).doesNotContain("SerialGC");
        for (String lasting : List.of("serve", "emulate", "agentcore-bridge", "acp")) {
            assertThat(run(LAUNCHER, Map.of(), lasting)).doesNotContain("Tiered");
        }
        assertThat(run(LAUNCHER, Map.of("WEIR_JAVA_OPTS", "-Xmx1g -XX:+UseZGC"), "skill")).contains(quick.getFirst())
                .doesNotContain("SerialGC");
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            assertThat(run(LAUNCHER, Map.of(variable, "-XX:+UseG1GC"), "skill")).as("two collectors are one too many")
                    .contains(quick.getFirst()).doesNotContain("SerialGC");
        }
    }

    /** S1-24, S1-35: one launcher for all six platforms; a name with a platform in it is a link to it. */
    @ParameterizedTest
    @ValueSource(strings = {"agentcore-sandbox", "agentcore-sandbox-linux-amd64", "agentcore-sandbox-darwin-arm64"})
    void s1_24_underTheSandboxNameItIsTheSandbox(String name) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve(name), LAUNCHER);
        assertThat(run(link, Map.of(), "run", "print(1)")).contains("dev.weir.cli.Main sandbox run print(1)\n");
    }

    @Test
    void theCacheIsTakenWhereItIsAndWhereTheJvmCanBeToldOfIt() throws Exception {
        Path home = Files.createDirectories(directory.resolve("a home"));
        Files.createDirectories(home.resolve("lib"));
        Path launcher = Files.copy(LAUNCHER, Files.createDirectories(home.resolve("bin")).resolve("weir"));
        Files.createFile(home.resolve("lib").resolve("weir-1.2.3.jar"));
        String jar = " -cp " + home.toRealPath() + "/lib/weir-1.2.3.jar dev.weir.cli.Main ";
        assertThat(run(launcher, Map.of(), "skill")).contains(jar).doesNotContain("AOTCache");

        for (String cache : List.of("help", "client", "emulator", "server")) {
            Files.createFile(home.resolve("lib").resolve(cache + ".aot"));
        }
        String client = "-XX:AOTCache=" + home.toRealPath() + "/lib/client.aot ";
        assertThat(run(launcher, Map.of(), "skill")).contains(client, jar);
        assertThat(run(launcher, Map.of(), "agentcore-bridge")).contains(client);
        assertThat(run(launcher, Map.of(), "serve", "--help")).contains("/lib/help.aot ").doesNotContain(client);
        assertThat(run(launcher, Map.of())).contains("/lib/help.aot ");
        assertThat(run(launcher, Map.of(), "sandbox", "help")).contains("/lib/help.aot ");
        assertThat(run(launcher, Map.of(), "sandbox", "run", "-h")).contains("/lib/help.aot ");
        assertThat(run(launcher, Map.of(), "sandbox", "run", "--cmd", "df -h / --help")).as("no word of its own")
                .contains(client);
        assertThat(run(launcher, Map.of(), "sandbox", "run", "--", "-h")).as("code").contains(client);
        assertThat(run(launcher, Map.of(), "serve")).contains("/lib/server.aot ").doesNotContain(client);
        assertThat(run(launcher, Map.of(), "emulate")).contains("/lib/emulator.aot ").doesNotContain(client);
        assertThat(run(launcher, Map.of("WEIR_JAVA_OPTS", "-Xshare:off"), "skill")).doesNotContain("AOTCache");
        assertThat(run(launcher, Map.of("JAVA_TOOL_OPTIONS", "-XX:SharedArchiveFile=x"), "skill"))
                .doesNotContain("AOTCache");
    }

    private String run(String told, String... locale) throws Exception {
        Map<String, String> environment = new HashMap<>();
        List<String> names = List.of("LC_ALL", "LC_CTYPE", "LANG");
        for (int i = 0; i < names.size(); i++) {
            if (!locale[i].equals("-")) {
                environment.put(names.get(i), locale[i]);
            }
        }
        return run(LAUNCHER, told, environment, "two  words *");
    }

    private String run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        return run(launcher, "$*", environment, arguments);
    }

    private String run(Path launcher, String told, Map<String, String> environment, String... arguments)
            throws Exception {
        Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\nif [ \"$1\" = -version ]; then\n"
                + "echo 'openjdk version \"25\"' >&2\nelse\nprintf '%s\\n' \"" + told + "\"\nfi\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Path out = directory.resolve("out");
        List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("LC_ALL", "LC_CTYPE", "LANG", "WEIR_JAVA_OPTS",
                "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().put("WEIR_JAVA", java.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the launcher ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out);
    }
}
