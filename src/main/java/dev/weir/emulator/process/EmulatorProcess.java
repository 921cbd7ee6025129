package dev.weir.emulator.process;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The emulator as another process sees it: finds the one of a data directory, starts one that outlives its starter, ends it. All methods
 * block; never call them on an event loop.
 */
public final class EmulatorProcess {
    private static final int HEALTH_TIMEOUT_MILLIS = 2_000;
    private static final int MAX_HEALTH_BYTES = 16 * 1024;
    private static final Duration POLL = Duration.ofMillis(50);

    private EmulatorProcess() {}

    /** The emulator that runs on {@code dir}: its process lives and it answers as the instance that wrote the state. */
    public static Optional<EmulatorState> find(Path dir) throws IOException {
        return EmulatorState.read(dir).filter(state -> isAlive(state.pid()) && isHealthy(state));
    }

    /** Asks the emulator for its health, which also keeps it from lingering out; false if it is not that instance, or silent. */
    public static boolean isHealthy(EmulatorState state) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(state.endpoint() + "/_emulator/health")
                    .toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(HEALTH_TIMEOUT_MILLIS);
            connection.setReadTimeout(HEALTH_TIMEOUT_MILLIS);
            try (var body = connection.getInputStream()) {
                JsonObject health = new JsonObject(
                        new String(body.readNBytes(MAX_HEALTH_BYTES), StandardCharsets.UTF_8));
                return state.instance().equals(health.getValue("instance"));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | DecodeException noAnswer) {
            return false;
        }
    }

    /**
     * Starts {@code command} as a process of its own session, its output appended to {@code emulator.log}, and waits until it serves
     * {@code dir}.
     *
     * @throws IOException if it ends, or is not healthy in {@code limit}; the message ends with the log's last lines
     */
    public static EmulatorState spawn(Path dir, List<String> command, Duration limit)
            throws IOException, InterruptedException {
        Files.createDirectories(dir);
        DetachedProcess process = DetachedProcess.start(dir, command);
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<EmulatorState> running = find(dir);
            if (running.isPresent()) {
                return running.get();
            }
            if (!process.isAlive()) {
                throw new IOException("the emulator ended at its start" + process.logTail());
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        process.kill();
        throw new IOException("the emulator was not ready after " + limit.toSeconds() + " s" + process.logTail());
    }

    /**
     * Ends the emulator of {@code dir}: SIGTERM, and SIGKILL if it is still there after {@code grace}. Nothing happens if none runs. No
     * other process is hit even if it has got the pid that the state names: only the holder of the directory's lock is ended.
     */
    public static void stop(Path dir, Duration grace) throws IOException, InterruptedException {
        Optional<EmulatorState> state = EmulatorState.read(dir);
        if (state.isEmpty() || !isLocked(dir)) {
            return;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(state.get().pid());
        if (process.isPresent() && state.get().pid() != ProcessHandle.current().pid()) {
            process.get().destroy();
            if (!awaitUnlocked(dir, grace)) {
                process.get().destroyForcibly();
                awaitUnlocked(dir, grace);
            }
        }
    }

    private static boolean awaitUnlocked(Path dir, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (isLocked(dir)) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        return true;
    }

    private static boolean isLocked(Path dir) throws IOException {
        Optional<DirectoryLock> lock = DirectoryLock.tryAcquire(dir);
        if (lock.isEmpty()) {
            return true;
        }
        lock.get().close();
        return false;
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
