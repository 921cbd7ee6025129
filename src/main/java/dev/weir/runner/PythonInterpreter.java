package dev.weir.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which Python a bare command name means. A handler's environment is not this process's, and version managers put scripts on the
 * {@code PATH} that depend on it, so the interpreter is asked once, in our own environment, where it really is.
 */
public final class PythonInterpreter {
    private static final Logger LOG = LoggerFactory.getLogger(PythonInterpreter.class);
    private static final int LIMIT_SECONDS = 30;
    private static final int MAX_PATH = 4096;

    private PythonInterpreter() {}

    /** The absolute path behind {@code command}, or {@code command} itself if it cannot be run: then runs fail, and say so. Blocks. */
    public static String locate(String command) {
        try {
            Process process = new ProcessBuilder(command, "-c", "import sys; print(sys.executable)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String path = new String(process.getInputStream().readNBytes(MAX_PATH), StandardCharsets.UTF_8).trim();
            boolean found = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                    && Path.of(path).isAbsolute();
            process.destroyForcibly();
            if (found) {
                return path;
            }
            LOG.warn("'{}' does not say where it is; runs of skills may fail", command);
        } catch (IOException absent) {
            LOG.warn("there is no '{}' here; runs of skills will fail until there is", command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return command;
    }
}
