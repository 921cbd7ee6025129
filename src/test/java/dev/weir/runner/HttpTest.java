package dev.weir.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.wire.runner.GatewayFrame.Ack;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The container contract: /ping and /invocations. */
class HttpTest {
    private static final Skill SLEEP = Skill.of("""
            import os, time
            def handler(input):
                yield os.getpid()
                while True: time.sleep(0.05)
            """);

    @TempDir
    Path workDir;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_000));
    private final HttpClient client = HttpClient.newHttpClient();
    private Rig rig;

    @BeforeEach
    void start() throws TimeoutException {
        rig = new Rig(RunnerOptions.local(workDir), now::get);
    }

    @AfterEach
    void stop() throws TimeoutException {
        client.shutdownNow();
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void pingIsBusyUntilTheResultIsAcknowledgedAndItsTimeChangesOnlyWithTheStatus() throws Exception {
        assertThat(ping()).isEqualTo("Healthy since 1000");
        now.set(Instant.ofEpochSecond(1_010));
        assertThat(ping()).isEqualTo("Healthy since 1000");
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(Skill.of("def handler(input): print('x')")));
        int last = gateway.awaitEnd().size();
        assertThat(ping()).isEqualTo("HealthyBusy since 1010");
        now.set(Instant.ofEpochSecond(1_020));
        assertThat(ping()).isEqualTo("HealthyBusy since 1010");
        gateway.send(new Ack(last));
        await().atMost(Gateway.PATIENCE).until(() -> ping().equals("Healthy since 1020"));
    }

    @Test
    void unacknowledgedResultDoesNotKeepItBusyForEver() throws Exception {
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(Skill.of("def handler(input): pass")));
        gateway.awaitEnd();
        now.set(Instant.ofEpochSecond(1_000 + 599));
        assertThat(ping()).startsWith("HealthyBusy");
        // The runner notes the end when it gets to it: at 1000, or at 1599 if it was slow.
        now.set(Instant.ofEpochSecond(1_599 + 601));
        await().atMost(Gateway.PATIENCE).until(() -> ping().equals("Healthy since 2200"));
    }

    @Test
    void invocationAnswersTheOutput() throws Exception {
        HttpResponse<String> answer = invoke(Skill.of("def handler(input): return {'hello': input}").input("\"you\""),
                "*/*");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"hello\":\"you\"}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(ping()).startsWith("Healthy since");
    }

    @Test
    void failedInvocationAnswersTheError() throws Exception {
        HttpResponse<String> answer = invoke(Skill.of("def handler(input): raise ValueError('no')"),
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("{\"error\":\"handler_error\",\"message\":\"ValueError: no\"}");
        assertThat(invoke(SLEEP.timeoutMs(100), "application/json").body()).contains("timed_out");
    }

    @Test
    void invocationStreamsItsEvents() throws Exception {
        HttpResponse<String> answer = invoke(Skill.of("""
                def handler(input):
                    print('one')
                    yield 'two'
                """), "text/event-stream");
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(answer.body()).isEqualTo("""
                event: output
                data: {"kind":"output","stream":"stdout","text":"one\\n"}

                event: message
                data: {"kind":"message","value":"two"}

                event: succeeded
                data: {"kind":"succeeded","output":"two"}

                """);
    }

    @Test
    void secondInvocationIsRefusedAndAClientThatLeavesCancels() throws Exception {
        HttpRequest request = request(SLEEP.graceMs(50), "text/event-stream");
        CompletableFuture<HttpResponse<InputStream>> running = client.sendAsync(request, BodyHandlers.ofInputStream());
        InputStream stream = running.get().body();
        assertThat(stream.read()).isEqualTo('e');
        assertThat(invoke(SLEEP, "*/*").statusCode()).isEqualTo(409);
        assertThat(ping()).startsWith("HealthyBusy");
        stream.close();
        await().atMost(Gateway.PATIENCE).until(() -> ping().startsWith("Healthy since"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "{\"input\":1}", "{\"input\":1,\"package_url\":2}",
        "{\"input\":1,\"package_url\":\"u\",\"digest\":\"d\",\"handler\":\"h\",\"what\":1}",
        "{\"input\":1,\"package_url\":\"u\",\"digest\":\"d\",\"handler\":\"h\",\"timeout_ms\":-1}",
        "{\"input\":1,\"package_url\":\"u\",\"digest\":\"d\",\"handler\":\"h\",\"env\":{\"a\":1}}"})
    void badBodyIsRefused(String body) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri("/invocations"))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"invalid\",\"message\":");
    }

    @ParameterizedTest
    @CsvSource({"GET,/invocations,405", "POST,/ping,405", "GET,/nothing,404", "GET,/ws,426", "DELETE,/ws,405"})
    void otherRequestsAreRefused(String method, String path, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody()).build();
        assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(status);
    }

    @Test
    void stopEndsTheHandlerAndGivesFilesBack() throws Exception {
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(SLEEP));
        gateway.until(() -> !gateway.events.isEmpty());
        int process = Integer.parseInt(Gateway.messages(gateway.events).getFirst());
        rig.close();
        assertThat(Rig.isDead(process)).isTrue();
        assertThat(workDir).isEmptyDirectory();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("weir-run-" + Rig.RUN));
        rig = null;
    }

    private String ping() throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri("/ping")).build(),
                BodyHandlers.ofString());
        JsonNode json = Skill.json(answer.body());
        return json.get("status").textValue() + " since " + json.get("time_of_last_update").longValue();
    }

    private HttpResponse<String> invoke(Skill skill, String accept) throws IOException, InterruptedException {
        return client.send(request(skill, accept), BodyHandlers.ofString());
    }

    private HttpRequest request(Skill skill, String accept) {
        ObjectNode body = ControlFrame.Json.MAPPER.createObjectNode();
        body.put("package_url", rig.publish(skill)).put("digest", skill.digest()).put("handler", skill.handler())
                .put("timeout_ms", skill.timeoutMs()).put("grace_ms", skill.graceMs())
                .set("input", Skill.json(skill.input()));
        return HttpRequest.newBuilder(uri("/invocations")).header("accept", accept)
                .POST(BodyPublishers.ofString(body.toString())).build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + rig.port + path);
    }
}
