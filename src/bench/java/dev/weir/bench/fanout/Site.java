package dev.weir.bench.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the benchmark runs: which core is whose, how programs are started, and a directory for all that they write. */
final class Site implements AutoCloseable {
    static final int SERVER_CORE = 0;
    static final int CLIENT_CORE = 1;

    private final Path scratch;
    private final boolean pinned;
    private final List<String> serverFlags;

    Site(Path home) throws IOException, InterruptedException {
        scratch = Files.createTempDirectory("weir-fanout");
        // Whatever ends this process ends what it has started, and leaves nothing.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Child.killAll();
            delete(scratch);
        }));
        pinned = Runtime.getRuntime().availableProcessors() > 1 && onPath("taskset").isPresent();
        serverFlags = LauncherFlags.ofServe(home, scratch);
    }

    Path scratch() {
        return scratch;
    }

    /** Whether server and client have a core each. */
    boolean pinned() {
        return pinned;
    }

    /** What the launcher gives a serving JVM. */
    List<String> serverFlags() {
        return serverFlags;
    }

    /** The command, on one core or some, {@code 0-1}; as it is where that cannot be had. */
    List<String> on(String cores, List<String> command) {
        List<String> whole = new ArrayList<>(pinned ? List.of("taskset", "-c", cores) : List.of());
        whole.addAll(command);
        return whole;
    }

    /** This JVM with the class path of this process. */
    List<String> java(List<String> flags, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    Child start(String cores, List<String> command) throws IOException {
        return Child.start(on(cores, command), Map.of(), scratch.resolve("stderr.log"));
    }

    static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).map(Path::of)
                .map(directory -> directory.resolve(program)).filter(Files::isExecutable).findFirst();
    }

    @Override
    public void close() {
        delete(scratch);
    }

    /** What somebody else deletes meanwhile is gone as well. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException vanished) {
            directory.toFile().delete();
        }
    }
}
