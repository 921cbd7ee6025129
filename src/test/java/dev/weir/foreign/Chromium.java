package dev.weir.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One headless browser with a profile of its own, showing one page. */
final class Chromium implements AutoCloseable {
    private final Process process;

    /** @param directory for the profile and the browser's own messages; must not exist */
    Chromium(Path program, Path directory, String url) throws IOException {
        Files.createDirectory(directory);
        process = new ProcessBuilder(program.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--user-data-dir=" + directory.resolve("profile"),
                "--remote-debugging-port=0", url)
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
    }

    static Optional<Path> program() {
        return Programs.find("chromium", "chromium-browser", "google-chrome");
    }

    /** Ends the browser and the processes it started. */
    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
