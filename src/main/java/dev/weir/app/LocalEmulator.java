package dev.weir.app;

import dev.weir.config.EmulatorConfig;
import dev.weir.config.LogConfig;
import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AgentCore of embedded mode: a process of its own on the gateway's data directory (ADR 0006). A gateway that starts adopts the one
 * that a crashed gateway left, microVMs and all. Blocking.
 */
final class LocalEmulator {
    private static final Logger LOG = LoggerFactory.getLogger(LocalEmulator.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LINGER = Duration.ofMinutes(10);

    private final Path dir;
    private final EmulatorConfig config;
    private final LogConfig log;
    private volatile EmulatorState state;
    private volatile boolean watching = true;

    LocalEmulator(Path dir, EmulatorConfig config, LogConfig log) {
        this.dir = dir;
        this.config = config;
        this.log = log;
    }

    /** The running emulator, started if there was none. */
    EmulatorState start() throws IOException, InterruptedException {
        Optional<EmulatorState> running = EmulatorProcess.find(dir);
        if (running.isPresent()) {
            LOG.info("taking over the AgentCore emulator of an earlier gateway");
            state = running.get();
        } else {
            state = EmulatorProcess.spawn(dir, command(config.port()), START_LIMIT);
        }
        watch();
        return state;
    }

    /** Shows the emulator that a gateway is there, and starts it again, at the same address, if it died. */
    synchronized void keep() {
        try {
            if (watching && !EmulatorProcess.isHealthy(state) && EmulatorProcess.find(dir).isEmpty()) {
                LOG.warn("the AgentCore emulator is gone; starting it again");
                state = EmulatorProcess.spawn(dir, command(state.port()), START_LIMIT);
                watch();
            }
        } catch (IOException failure) {
            LOG.error("the AgentCore emulator could not be started again", failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its end is noticed before the next look at it; the pause is for one that dies again and again. */
    private void watch() {
        Executor pause = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS,
                task -> Thread.ofVirtual().name("weir-emulator-keeper").start(task));
        ProcessHandle.of(state.pid()).ifPresent(process -> {
            var _ = process.onExit().thenRunAsync(this::keep, pause);
        });
    }

    /** From now on it may end. */
    void unwatch() {
        watching = false;
    }

    synchronized void stop() {
        try {
            EmulatorProcess.stop(dir, STOP_GRACE);
        } catch (IOException failure) {
            LOG.warn("the AgentCore emulator could not be ended; it will end by itself", failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> command(int port) {
        List<String> command = new ArrayList<>(launch());
        command.addAll(List.of(
                "emulate", "--data", dir.toString(), "--port", Integer.toString(port), "--region", config.region(),
                "--log-format", log.format(), "--log-level", log.level()));
        Duration linger = config.linger().isZero() ? LINGER : config.linger();
        List.of("linger=" + linger, "idle-timeout=" + config.idleTimeout(), "max-lifetime=" + config.maxLifetime(),
                "limits.max-message-bytes=" + config.limits().maxMessageBytes(),
                "limits.max-messages-per-second=" + config.limits().maxMessagesPerSecond(),
                "limits.connection-ttl=" + config.limits().connectionTtl(),
                "faults.cold-start=" + config.faults().coldStart(),
                "faults.conflict-while-provisioning=" + config.faults().conflictWhileProvisioning(),
                "faults.cut-every=" + config.faults().cutEvery(), "faults.slow-reader=" + config.faults().slowReader(),
                "shells.handshake=" + config.shells().handshake(), "shells.replay=" + config.shells().replay(),
                "interpreters.ids=" + config.interpreters().ids(),
                "interpreters.max-sessions=" + config.interpreters().maxSessions(),
                "interpreters.calls-per-second=" + config.interpreters().callsPerSecond(),
                "interpreters.throttle-in-stream=" + config.interpreters().throttleInStream())
                .forEach(setting -> command.addAll(List.of("--set", "emulator." + setting)));
        return command;
    }

    /**
     * The distribution's launcher, which knows what a JVM of an emulator needs and replaces itself with it; without a distribution, a JVM
     * like ours. The options of this gateway's JVM (a heap, a debugger's port) are not meant for a second one, which has a variable of
     * its own.
     */
    private static List<String> launch() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Optional<Path> launcher = Optional.ofNullable(System.getProperty("weir.home"))
                .map(home -> Path.of(home, "bin", "weir")).filter(Files::isReadable);
        return launcher.isPresent()
                ? List.of("env", "WEIR_JAVA_OPTS=" + System.getenv().getOrDefault("WEIR_EMULATOR_JAVA_OPTS", ""),
                        "WEIR_JAVA=" + java, "sh", launcher.get().toString())
                : List.of(java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), "dev.weir.cli.Main");
    }
}
