package dev.weir.runner;

import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.RunnerFrame.Event;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assumptions;

/** A runner on a free port, a server for its packages, and gateways to attach to it. */
final class Rig implements AutoCloseable {
    static final String RUN = "run-1";
    private static final Optional<String> PYTHON = findPython();

    final Vertx vertx = Vertx.vertx();
    final int port;
    final AtomicInteger downloads = new AtomicInteger();
    final Runner runner;
    private final HttpServer packages;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<Gateway> gateways = new ArrayList<>();

    Rig(Path workDir) throws TimeoutException {
        this(RunnerOptions.local(workDir), InstantSource.system());
    }

    Rig(RunnerOptions options, InstantSource clock) throws TimeoutException {
        Assumptions.assumeThat(PYTHON).as("python3 is installed").isPresent();
        runner = new Runner(vertx, options.withPython(PYTHON.orElseThrow()), clock);
        port = runner.start().await(10, TimeUnit.SECONDS);
        packages = vertx.createHttpServer().requestHandler(request -> {
            downloads.incrementAndGet();
            byte[] file = files.get(request.path());
            if (file == null) {
                request.response().setStatusCode(404).end();
            } else {
                request.response().end(Buffer.buffer(file));
            }
        }).listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    }

    /** Where a package with this digest is to be had, once it is {@link #publish published}. */
    String url(Skill skill) {
        return "http://127.0.0.1:" + packages.actualPort() + "/" + skill.digest();
    }

    String publish(Skill skill) {
        files.put("/" + skill.digest(), skill.zip());
        return url(skill);
    }

    Attach attach(Skill skill) {
        return new Attach(RUN, 1, 1, 0, publish(skill), Optional.of(skill.start()));
    }

    /** As a later gateway that must not start anything. */
    static Attach resume(long fence, long after) {
        return new Attach(RUN, 1, fence, after, "http://127.0.0.1:1/", Optional.empty());
    }

    Gateway gateway() {
        Gateway gateway = new Gateway(vertx, port);
        gateways.add(gateway);
        return gateway;
    }

    /** Runs the skill to its end through one gateway that acknowledges everything. */
    List<Event> run(Skill skill) {
        Gateway gateway = gateway().acknowledging();
        gateway.send(attach(skill));
        return gateway.awaitEnd();
    }

    @Override
    public void close() throws TimeoutException {
        runner.stop().await(10, TimeUnit.SECONDS);
        gateways.forEach(Gateway::drop);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** What is in the file, or nothing. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** Gone, or waiting only for its parent to look at its exit code. */
    static boolean isDead(int process) {
        try {
            return Files.readString(Path.of("/proc/" + process + "/stat")).contains(") Z ");
        } catch (IOException e) {
            return true;
        }
    }

    /** The interpreter itself: {@code python3} may be a launcher script that takes its time. */
    private static Optional<String> findPython() {
        try {
            Process asked = new ProcessBuilder("python3", "-c", "import sys; print(sys.executable, end='')").start();
            String path = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return asked.waitFor() == 0 ? Optional.of(path) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
