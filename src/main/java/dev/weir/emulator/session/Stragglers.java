package dev.weir.emulator.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Programs of a session that have left the process tree of the shell or command that began them, as daemons do. They are known by their
 * environment, which names the session's directory as theirs; one that was started with another environment is not found. Only where
 * there is a {@code /proc}. Blocking.
 */
public final class Stragglers {
    private static final Path PROCESSES = Path.of("/proc");
    /** What starts others while it is being ended is caught in the next round. */
    private static final int MOST_ROUNDS = 10;

    private Stragglers() {}

    /** Ends those of the session with that directory. */
    public static void end(Path directory) throws IOException {
        if (!Files.isDirectory(PROCESSES)) {
            return;
        }
        List<ProcessHandle> found = of(directory);
        for (int round = 0; round < MOST_ROUNDS && !found.isEmpty(); round++) {
            found.forEach(ProcessHandle::destroyForcibly);
            found = of(directory);
        }
    }

    private static List<ProcessHandle> of(Path directory) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (belongs(process, directory)) {
                    Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
                    handle.ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException changed) {
            throw new IOException("the list of processes could not be read", changed);
        }
        return found;
    }

    private static boolean belongs(Path process, Path directory) {
        try {
            String environment = "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            String name = new String(directory.toString().getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.ISO_8859_1);
            return environment.contains("\0HOME=" + name + "\0") || environment.contains("\0TMPDIR=" + name + "\0");
        } catch (IOException gone) {
            return false; // or another user's
        }
    }
}
