package dev.weir.bench.fanout;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that the benchmark has started, and ends however it ends itself: by its handle, and with what it started. */
final class Child implements AutoCloseable {
    private static final Set<Child> ALIVE = ConcurrentHashMap.newKeySet();
    private static final Duration GENTLY = Duration.ofSeconds(15);

    private static final int SHOWN = 2_000;

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.out = process.inputReader();
        this.in = process.outputWriter();
        this.log = log;
        ALIVE.add(this);
    }

    /** @param log gets what it says on standard error */
    static Child start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Child(builder.start(), log);
    }

    /** The next line of its standard output. */
    String line(Duration within) {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                line.complete(out.readLine());
            } catch (IOException e) {
                line.completeExceptionally(e);
            }
        });
        try {
            String text = line.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS).join();
            if (text == null) {
                throw new IllegalStateException("a child has ended:\n" + complaints());
            }
            return text;
        } catch (CompletionException e) {
            throw new IllegalStateException("no line within " + within.toSeconds() + " s:\n" + complaints(), e);
        }
    }

    /** The end of what was said on standard error, by it or by others. */
    private String complaints() {
        try {
            String all = Files.readString(log);
            return all.substring(Math.max(0, all.length() - SHOWN));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    void say(String line) throws IOException {
        in.write(line);
        in.newLine();
        in.flush();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Itself and all that it started. */
    List<Long> pids() {
        return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid)).toList();
    }

    /** Waits for its end. */
    boolean ended(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes its standard input, asks it to end where that is not understood, and kills it if it does not. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException alreadyGone) {
            process.destroy();
        }
        try {
            if (!ended(Duration.ofSeconds(2))) {
                process.destroy();
                ended(GENTLY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            kill();
        }
    }

    /** Kills all that live. */
    static void killAll() {
        List.copyOf(ALIVE).forEach(Child::kill);
    }

    private void kill() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        ALIVE.remove(this);
    }
}
