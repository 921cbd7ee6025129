package dev.weir.emulator.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A container that is a process: a command line, run by {@code /bin/sh} in the session's directory with the port in {@code PORT}. What it
 * prints goes to {@code container.log} there.
 */
public final class ProcessContainer implements ContainerStarter {
    private static final int GRACE_SECONDS = 5;

    private final String commandLine;

    public ProcessContainer(String commandLine) {
        this.commandLine = commandLine;
    }

    @Override
    public Future<Container> start(Path sessionDir) {
        try {
            int port = freePort();
            Process process = process(sessionDir, port).start();
            return Future.succeededFuture(new Container(port, () -> stop(process)));
        } catch (IOException failure) {
            return Future.failedFuture(failure);
        }
    }

    private ProcessBuilder process(Path sessionDir, int port) {
        ProcessBuilder process = new ProcessBuilder(List.of("/bin/sh", "-c", commandLine))
                .directory(sessionDir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(sessionDir.resolve("container.log").toFile());
        process.environment().put("PORT", Integer.toString(port));
        // The emulator's own name for itself is nothing a container should act on.
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("WEIR_"));
        return process;
    }

    /** Free when asked; if another takes it before the process does, the session fails to start and says so. */
    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static Future<Void> stop(Process process) {
        Promise<Void> gone = Promise.promise();
        Thread.ofVirtual().name("container-stop").start(() -> {
            try {
                end(process);
                gone.complete();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                gone.fail(interrupted);
            }
        });
        return gone.future();
    }

    /** Asks the whole tree, waits a grace, then kills what is left of it. */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> tree = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        tree.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        tree.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
        process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
    }
}
