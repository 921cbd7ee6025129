package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.process.DirectoryLock;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.emulator.session.ContainerStarter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The emulator of one data directory, as its own process runs it: takes the directory's lock, makes credentials once, serves, and writes
 * {@code emulator.json} and {@code emulator.env}. {@link dev.weir.emulator.process.EmulatorProcess} is the other side.
 */
public final class EmulatorHost {
    private final Vertx vertx;
    private final EmulatorConfig config;
    private final Path dir;
    private final Map<String, ContainerStarter> runtimes;
    private Emulator emulator;
    private DirectoryLock lock;

    public EmulatorHost(Vertx vertx, EmulatorConfig config, Path dir, Map<String, ContainerStarter> runtimes) {
        this.vertx = vertx;
        this.config = config;
        this.dir = dir;
        this.runtimes = Map.copyOf(runtimes);
    }

    /** Completes when the emulator serves and the files say so; fails if another emulator has the directory. Once. */
    public Future<EmulatorState> start() {
        return vertx.executeBlocking(this::claim)
                .compose(credentials -> {
                    emulator = new Emulator(vertx, EmulatorSetup.of(config, dir, credentials, runtimes));
                    return emulator.start().map(port -> new EmulatorState(ProcessHandle.current().pid(), port,
                            config.region(), Emulator.ACCOUNT, emulator.instance(), credentials));
                })
                .compose(state -> vertx.executeBlocking(() -> {
                    state.write(dir);
                    return state;
                }))
                .recover(failure -> stop().transform(_ -> Future.failedFuture(failure)));
    }

    /** Ends the sessions and gives the directory back; idempotent. The files stay: the credentials in them are used again. */
    public Future<Void> stop() {
        Future<Void> ended = emulator == null ? Future.succeededFuture() : emulator.stop();
        return ended.eventually(() -> vertx.executeBlocking(() -> {
            release();
            return null;
        }));
    }

    /** Completes when nobody has used the emulator for {@code linger}; call {@link #stop} then. Only after {@link #start}. */
    public Future<Void> deserted() {
        return emulator.deserted();
    }

    private synchronized Credentials claim() throws IOException {
        Files.createDirectories(dir);
        lock = DirectoryLock.tryAcquire(dir)
                .orElseThrow(() -> new IOException("another emulator is running on " + dir));
        Optional<EmulatorState> former = EmulatorState.read(dir);
        return former.map(EmulatorState::credentials).orElseGet(Credentials::generate);
    }

    private synchronized void release() throws IOException {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }
}
