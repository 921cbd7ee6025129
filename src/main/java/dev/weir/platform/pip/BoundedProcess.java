package dev.weir.platform.pip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program with an environment of its own until it ends, takes too long, or fills a directory it works in. When it is stopped, so is
 * everything it started; when this process ends, so does all of that. Blocking.
 *
 * @param maxFile bytes of one file
 */
record BoundedProcess(Programs programs, Map<String, String> environment, List<Bound> bounds, long maxFile) {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int BLOCK = 512;
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final long MEMORY_KIB = 4L * 1024 * 1024;

    /**
     * No core dumps, files, processor time and memory within bounds; a shell or a system that does not know the last two goes without. In a
     * group of its own, somebody waits for the end of standard input and then kills the group: the other end is held by the gateway.
     */
    private static final String SHELL = """
            ulimit -c 0; ulimit -f "$1"; ulimit -t "$2" 2>/dev/null; ulimit -v "$3" 2>/dev/null
            if [ "$4" = group ]; then
                exec 3<&0
                (while read -r _; do :; done; kill -9 -$$) <&3 >/dev/null 2>&1 &
                exec 3<&-
            fi
            shift 4; exec "$@"
            """;

    /** How much may be in a directory, at any time. */
    record Bound(Path directory, long bytes, int entries) {}

    /** How it ended. */
    enum End {
        WELL, BADLY, TOO_SLOW, TOO_LARGE
    }

    /** Runs {@code command} in {@code directory}; what it says, on either stream, goes to {@code log}. */
    End run(List<String> command, Path directory, Path log, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        ProcessBuilder builder = new ProcessBuilder(wrapped(command, limit)).directory(directory.toFile())
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

    /** In a session of its own where there is a program for that, and within the limits that the system keeps. */
    List<String> wrapped(List<String> command, Duration limit) {
        List<String> whole = new ArrayList<>();
        Optional<Path> setsid = programs.find("setsid");
        setsid.ifPresent(program -> whole.add(program.toString()));
        whole.addAll(List.of("/bin/sh", "-c", SHELL, "sh", Long.toString(maxFile / BLOCK + 1),
                Long.toString(Math.max(0, limit.toSeconds()) + 1), Long.toString(MEMORY_KIB),
                setsid.isPresent() ? "group" : "alone"));
        whole.addAll(command);
        return whole;
    }

    /** The whole group, whose number is the leader's while any member lives; then what left the group but not the family. */
    private void kill(Process process) throws IOException, InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        if (programs.find("setsid").isPresent()) {
            Process killer = new ProcessBuilder("/bin/sh", "-c", "kill -9 \"-$1\"", "sh",
                    Long.toString(process.pid())).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            killer.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            killer.destroyForcibly();
        }
        family.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isTooLarge() {
        for (Bound each : bounds) {
            try {
                if (!Trees.fits(each.directory(), each.bytes(), each.entries())) {
                    return true;
                }
            } catch (IOException | UncheckedIOException _) {
                // Files come and go while the program works; the next look, or the one at what is kept, sees the rest.
            }
        }
        return false;
    }
}
