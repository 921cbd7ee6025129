package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Which JVM flags {@code weir serve} is started with: the launcher is asked, with a java program that only says what it was given. */
final class LauncherFlags {
    private static final String ECHO = """
            #!/bin/sh
            printf '%s\\n' "$@"
            """;

    private LauncherFlags() {}

    /** Without the cache of classes, which is for another class path, and without what is not for the JVM. */
    static List<String> ofServe(Path home, Path scratch) throws IOException, InterruptedException {
        Path java = Files.createDirectories(scratch.resolve("echo").resolve("bin")).resolve("java");
        Files.writeString(java, ECHO);
        Files.writeString(scratch.resolve("echo").resolve("release"), "JAVA_VERSION=\"25\"\n");
        if (!java.toFile().setExecutable(true)) {
            throw new IOException("cannot make a program of " + java);
        }
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin").resolve("weir").toString(), "serve")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("WEIR_JAVA", java.toString());
        Process launcher = builder.start();
        List<String> words;
        try (Stream<String> lines = launcher.inputReader().lines()) {
            words = lines.toList();
        }
        if (!launcher.waitFor(10, TimeUnit.SECONDS) || launcher.exitValue() != 0 || !words.contains("-cp")) {
            launcher.destroyForcibly();
            throw new IOException("the launcher does not say its flags: is the distribution built?");
        }
        return words.subList(0, words.indexOf("-cp")).stream()
                .filter(word -> !word.startsWith("-XX:AOTCache=") && !word.startsWith("-Dweir.")).toList();
    }
}
