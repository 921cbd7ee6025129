package dev.weir.emulator.process;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A child in a session of its own: it has no terminal, so Ctrl-C does not reach it and a hang-up does not end it. Java cannot call
 * {@code setsid(2)}; the {@code setsid} program does, or {@code python3} where there is none.
 */
final class DetachedProcess {
    private static final String LOG_FILE = "emulator.log";
    private static final int TAIL_BYTES = 4_000;
    private static final String PYTHON_SETSID = "import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])";

    private final Process process;
    private final Path log;
    private final long logStart;

    private DetachedProcess(Process process, Path log, long logStart) {
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    static DetachedProcess start(Path dir, List<String> command) throws IOException {
        Path log = dir.resolve(LOG_FILE);
        PrivateFile.open(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
        long logStart = Files.size(log);
        List<String> detached = new ArrayList<>(detacher());
        detached.addAll(command);
        Process process = new ProcessBuilder(detached)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new DetachedProcess(process, log, logStart);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** The last lines that this process wrote, ready to follow a message; empty if it wrote none. */
    String logTail() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(logStart, file.length() - TAIL_BYTES));
            byte[] tail = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(tail);
            return tail.length == 0 ? "" : "; its log ends with:\n" + new String(tail, StandardCharsets.UTF_8);
        }
    }

    private static List<String> detacher() throws IOException {
        if (onPath("setsid").isPresent()) {
            return List.of("setsid");
        }
        if (onPath("python3").isPresent()) {
            return List.of("python3", "-c", PYTHON_SETSID);
        }
        throw new IOException("neither setsid nor python3 is on the PATH; one of them is needed to start the emulator");
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
