package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.emulator.process.EmulatorProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code weir serve} from the packaged distribution, as a process that can be killed and started again on its data. Blocking. */
final class RunningGateway implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target", "weir", "bin", "weir").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path data;
    private final List<String> options;
    private Process process;
    private volatile JsonObject addresses = new JsonObject();

    RunningGateway(Path data, String... options) throws IOException {
        this.data = data;
        this.options = List.of(options);
        start();
    }

    /** Starts it (again); returns when it is ready. */
    void start() throws IOException {
        Files.deleteIfExists(data.resolve("addresses.json"));
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "serve", "--data", data.toString(),
                "--port", "0", "--admin-port", "0"));
        command.addAll(options);
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(() -> "the gateway runs; its log: " + text(log())).isTrue();
            return Files.exists(data.resolve("addresses.json"));
        });
        addresses = new JsonObject(Files.readString(data.resolve("addresses.json")));
    }

    /** What {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What SIGTERM does: it drains, and ends with 0. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    URI api(String path) {
        return URI.create(addresses.getString("api") + path);
    }

    URI admin(String path) {
        return URI.create(addresses.getString("admin") + path);
    }

    /** Everything the gateway has written, of all its lives. */
    Path log() {
        return data.resolveSibling("gateway.log");
    }

    String ownerKey() throws IOException {
        return Files.readString(data.resolve("owner.key")).strip();
    }

    /** A call as the owner; the answer's body, which must be JSON, after a check of the status. */
    JsonObject call(int status, String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(api(path))
                .header("Authorization", "Bearer " + ownerKey()).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        http.close();
        try {
            kill();
            EmulatorProcess.stop(data, Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
