package dev.weir.platform.pip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs one program with an environment of its own until it ends, takes too long, or fills the directories it works in. When it is stopped,
 * so is everything it started. Blocking.
 *
 * @param watched directories whose files count, together
 * @param maxBytes of them; also the size of one file
 */
record BoundedProcess(Programs programs, Map<String, String> environment, List<Path> watched, long maxBytes,
        int maxEntries) {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int BLOCK = 512;
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    /** How it ended. */
    enum End {
        WELL, BADLY, TOO_SLOW, TOO_LARGE
    }

    /** Runs {@code command} in {@code directory}; what it says, on either stream, goes to {@code log}. */
    End run(List<String> command, Path directory, Path log, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        ProcessBuilder builder = new ProcessBuilder(wrapped(command)).directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (isTooLarge()) {
                    return End.TOO_LARGE;
                }
                if (System.nanoTime() - deadline > 0) {
                    return End.TOO_SLOW;
                }
            }
            return isTooLarge() ? End.TOO_LARGE : process.exitValue() == 0 ? End.WELL : End.BADLY;
        } finally {
            kill(process);
        }
    }

    /** In a session of its own where there is a program for that, and unable to write a file larger than allowed. */
    private List<String> wrapped(List<String> command) {
        List<String> whole = new ArrayList<>();
        programs.find("setsid").ifPresent(setsid -> whole.add(setsid.toString()));
        whole.addAll(List.of("/bin/sh", "-c", "ulimit -c 0; ulimit -f \"$1\"; shift; exec \"$@\"", "sh",
                Long.toString(maxBytes / BLOCK + 1)));
        whole.addAll(command);
        return whole;
    }

    /** The whole group, whose number is the leader's while any member lives; then what left the group but not the family. */
    private void kill(Process process) throws IOException, InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        if (programs.find("setsid").isPresent()) {
            Process killer = new ProcessBuilder("/bin/sh", "-c", "kill -9 -- -\"$1\"", "sh",
                    Long.toString(process.pid())).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            killer.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            killer.destroyForcibly();
        }
        family.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isTooLarge() {
        long bytes = 0;
        int entries = 0;
        for (Path directory : watched) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Iterator<Path> each = files.iterator(); each.hasNext();) {
                    bytes += size(each.next());
                    entries++;
                    if (bytes > maxBytes || entries > maxEntries) {
                        return true;
                    }
                }
            } catch (IOException | UncheckedIOException _) {
                // Files come and go while the program works; the next look, or the one at the end, sees the rest.
            }
        }
        return false;
    }

    private static long size(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile() ? attributes.size() : 0;
    }
}
