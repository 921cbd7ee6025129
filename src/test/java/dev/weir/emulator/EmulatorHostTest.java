package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.emulator.session.Container;
import dev.weir.emulator.session.ProcessContainer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The emulator's own process: files, lock, finding, starting, ending. */
class EmulatorHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path dir;
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws IOException, InterruptedException {
        await(vertx.close());
        EmulatorProcess.stop(dir, Duration.ofSeconds(5));
    }

    /** The process that {@link EmulatorProcess#spawn} starts in these tests. */
    public static void main(String[] args) {
        EmulatorHost host = new EmulatorHost(Vertx.vertx(), lingering(Duration.ofMinutes(1)), Path.of(args[0]),
                Map.of());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(host.stop())));
        EmulatorState state = await(host.start());
        System.out.println("listening on " + state.port());
    }

    @Test
    void itsFilesArePrivateAndItsCredentialsStay() throws IOException {
        EmulatorHost first = host(Duration.ZERO);
        EmulatorState state = await(first.start());

        assertThat(EmulatorProcess.find(dir)).contains(state);
        for (String file : List.of("emulator.json", "emulator.env")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(dir.resolve("emulator.env"))).contains(
                "export AWS_ACCESS_KEY_ID=" + state.credentials().accessKeyId(), "export AWS_REGION=us-east-1",
                "export AWS_SECRET_ACCESS_KEY=" + state.credentials().secretAccessKey().reveal(),
                "export AWS_ENDPOINT_URL_BEDROCK_AGENTCORE=http://127.0.0.1:" + state.port());
        assertThat(state.toString()).doesNotContain(state.credentials().secretAccessKey().reveal());
        await(first.stop());
        assertThat(EmulatorProcess.find(dir)).isEmpty();

        EmulatorHost second = host(Duration.ZERO);
        EmulatorState again = await(second.start());
        assertThat(again.credentials()).isEqualTo(state.credentials());
        assertThat(again.instance()).isNotEqualTo(state.instance());
        await(second.stop());
    }

    @Test
    void twoNeverShareADirectory() {
        EmulatorHost first = host(Duration.ZERO);
        await(first.start());

        assertThatThrownBy(() -> await(host(Duration.ZERO).start())).hasMessageContaining("another emulator");

        await(first.stop());
        EmulatorHost next = host(Duration.ZERO);
        await(next.start());
        await(next.stop());
    }

    @Test
    void itLingersWhileItsHealthIsAskedForAndThenReportsThatItIsDeserted() {
        EmulatorHost host = host(Duration.ofMillis(300));
        EmulatorState state = await(host.start());

        for (int i = 0; i < 10; i++) {
            assertThat(EmulatorProcess.isHealthy(state)).isTrue();
        }

        await(host.deserted());
        await(host.stop());
    }

    @Test
    void aSpawnedEmulatorIsFoundAndHasASessionOfItsOwnAndIsStopped() throws IOException, InterruptedException {
        EmulatorState state = EmulatorProcess.spawn(dir, command(), LIMIT);

        assertThat(EmulatorProcess.find(dir)).contains(state);
        assertThat(state.pid()).isNotEqualTo(ProcessHandle.current().pid());
        Path stat = Path.of("/proc/" + state.pid() + "/stat");
        if (Files.exists(stat)) {
            String[] fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ", -1);
            assertThat(fields[3]).as("session id").isEqualTo(Long.toString(state.pid()));
        }

        EmulatorProcess.stop(dir, Duration.ofSeconds(10));

        assertThat(EmulatorProcess.find(dir)).isEmpty();
        await().until(() -> ProcessHandle.of(state.pid()).map(p -> !p.isAlive()).orElse(true));
    }

    @Test
    void aStartThatFailsSaysWhatTheLogSaid() {
        assertThatThrownBy(() -> EmulatorProcess.spawn(dir, List.of("sh", "-c", "echo no such luck; exit 3"), LIMIT))
                .isInstanceOf(IOException.class).hasMessageContaining("no such luck");
    }

    @Test
    void aStaleStateIsNobodyAndStoppingItHitsNobody() throws IOException, InterruptedException {
        Process bystander = new ProcessBuilder("sleep", "60").start();
        EmulatorHost host = host(Duration.ZERO);
        EmulatorState state = await(host.start());
        await(host.stop());
        new EmulatorState(bystander.pid(), state.port(), state.region(), state.account(), state.instance(),
                state.credentials()).write(dir);

        assertThat(EmulatorProcess.find(dir)).isEmpty();
        EmulatorProcess.stop(dir, Duration.ofSeconds(1));

        assertThat(bystander.isAlive()).isTrue();
        bystander.destroyForcibly();
    }

    @Test
    void aCommandLineServesARuntimeAndEndsWithItsChildren() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "/bin/sh is not there");
        Path marker = dir.resolve("child");
        Container container = await(new ProcessContainer("echo $PORT > port; sleep 61 & echo $! > " + marker + "; wait")
                .start(dir));
        await().until(() -> Files.exists(marker) && !Files.readString(marker).isBlank());
        long child = Long.parseLong(Files.readString(marker).strip());
        assertThat(Files.readString(dir.resolve("port")).strip()).isEqualTo(Integer.toString(container.port()));

        await(container.stop().get());

        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }

    private List<String> command() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), EmulatorHostTest.class.getName(), dir.toString());
    }

    private EmulatorHost host(Duration linger) {
        return new EmulatorHost(vertx, lingering(linger), dir, Map.of());
    }

    private static EmulatorConfig lingering(Duration linger) {
        EmulatorConfig d = EmulatorConfig.DEFAULT;
        return new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(), linger, d.limits(), d.faults(),
                d.shells(), d.interpreters(),
                Map.of());
    }
}
