package dev.weir.platform.pip;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Where the programs are that do the work. Blocking. */
final class Programs {
    private static final int LIMIT_SECONDS = 20;
    private static final int MAX_ANSWER = 4096;

    private final String path;

    Programs(Map<String, String> environment) {
        this.path = environment.getOrDefault("PATH", "");
    }

    /** The first executable file of that name in an absolute directory of the {@code PATH}. */
    Optional<Path> find(String name) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(path)
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * A Python that has pip. Version managers put scripts on the {@code PATH} that need the user's environment, so the interpreter is
     * asked, in ours, where it really is.
     */
    Optional<Path> pythonWithPip() throws InterruptedException {
        Optional<Path> python = find("python3");
        if (python.isEmpty()) {
            return python;
        }
        try {
            Process asked = new ProcessBuilder(python.get().toString(), "-I", "-c",
                    "import pip, sys; print(sys.executable)").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try {
                asked.getOutputStream().close();
                boolean inTime = asked.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                if (!inTime || asked.exitValue() != 0) {
                    return Optional.empty();
                }
                String answer = new String(asked.getInputStream().readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
                return Optional.of(Path.of(answer.strip())).filter(Path::isAbsolute);
            } finally {
                asked.destroyForcibly();
            }
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
