package dev.weir.emulator.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Programs of a session that have left the process tree of the shell or command that began them, as daemons do. They are known by their
 * environment, which names a directory of the session as theirs, or by working in one without a terminal of their own, which spares
 * the shells of people who look at it. One that has both another environment and another directory is not found. Only where there is a
 * {@code /proc}. Blocking.
 */
public final class Stragglers {
    private static final Path PROCESSES = Path.of("/proc");
    /** What starts others while it is being ended is caught in the next round. */
    private static final int MOST_ROUNDS = 10;
    /** Of {@code /proc/PID/stat}, after the name: state, ppid, pgrp, session, tty_nr (proc_pid_stat(5)). */
    private static final int TERMINAL = 4;

    private final Path directory;
    private final String named;
    private final Set<Long> spared = new HashSet<>();

    private Stragglers(Path directory) throws IOException {
        this.directory = directory.toRealPath();
        this.named = latin(directory);
        Optional<ProcessHandle> ours = Optional.of(ProcessHandle.current());
        while (ours.isPresent() && spared.add(ours.get().pid())) {
            ours = ours.get().parent();
        }
    }

    /** Ends those of the session, or the sessions, with directories there. */
    public static void end(Path directory) throws IOException {
        if (!Files.isDirectory(PROCESSES)) {
            return;
        }
        try {
            new Stragglers(directory).end();
        } catch (NoSuchFileException none) {
            return; // nor were there any programs
        }
    }

    private void end() throws IOException {
        List<ProcessHandle> found = find();
        for (int round = 0; round < MOST_ROUNDS && !found.isEmpty(); round++) {
            found.forEach(ProcessHandle::destroyForcibly);
            found = find();
        }
    }

    private List<ProcessHandle> find() throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (!spared.contains(pid) && (isNamedBy(process) || isAtWork(process))) {
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException changed) {
            throw new IOException("the list of processes could not be read", changed);
        }
        return found;
    }

    private boolean isNamedBy(Path process) {
        try {
            String environment = "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return names(environment, named) || names(environment, latin(directory));
        } catch (IOException gone) {
            return false; // or another user's
        }
    }

    private static boolean names(String environment, String name) {
        return environment.contains("\0HOME=" + name + "\0") || environment.contains("\0TMPDIR=" + name + "\0")
                || environment.contains("\0HOME=" + name + "/") || environment.contains("\0TMPDIR=" + name + "/");
    }

    private boolean isAtWork(Path process) {
        try {
            if (!Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory)) {
                return false;
            }
            String terminal = terminal(process);
            return terminal.equals("0") || terminal.equals(terminal(PROCESSES.resolve("self")));
        } catch (IOException gone) {
            return false; // or another user's
        }
    }

    private static String terminal(Path process) throws IOException {
        String state = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        return state.substring(state.lastIndexOf(')') + 1).strip().split(" ", -1)[TERMINAL];
    }

    private static String latin(Path path) {
        return new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
