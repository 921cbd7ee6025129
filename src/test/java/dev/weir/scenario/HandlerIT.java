package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.EventProbe.Seen;
import dev.weir.fixture.FaithfulReader;
import dev.weir.fixture.FaithfulReader.Manners;
import dev.weir.fixture.GatewayProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a handler does has a defined end, and does not keep anybody else waiting. */
class HandlerIT {
    @TempDir
    private static Path directory;

    private static GatewayProcess gateway;
    private static Api api;

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(directory.resolve("data"), "runs.cancel-grace=1s", Handlers.ALLOWED).start();
        api = gateway.api();
        Handlers.deploy(api);
        api.send("PUT", "/v1/skills/" + Handlers.SKILL + "/stages/short",
                java.net.http.HttpRequest.BodyPublishers.ofString("{\"timeout_seconds\":2}")).expect(200);
        JsonNode upload = api.upload("/v1/skills/" + Handlers.SKILL + "/stages/short", Api.zip(Handlers.source()));
        api.post("/v1/skills/" + Handlers.SKILL + "/stages/short/deployments",
                "{\"upload_id\":\"" + upload.path("upload_id").asText() + "\",\"version\":\"1.0.0\"}").expect(201);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Whatever the test's handler did, the next run is served as if nothing had been. */
    @AfterEach
    void theGatewayIsWell() {
        assertThat(gateway.admin().get("/readyz").status()).isEqualTo(200);
        assertThat(api.over(start("plain")).path("output")).isEqualTo(Api.json("{\"mode\":\"plain\"}"));
    }

    private static String start(String mode) {
        return api.invoke(Handlers.SKILL, "{\"mode\":\"" + mode + "\",\"megabytes\":20}");
    }

    private static List<Seen> events(String run) throws InterruptedException {
        return new FaithfulReader(gateway::api, run, new Manners(false, 0, 0, 1)).call();
    }

    private static String printed(List<Seen> events, String stream) {
        return events.stream().filter(event -> event.type().equals("run.output"))
                .map(event -> Api.json(event.data())).filter(data -> data.path("stream").asText().equals(stream))
                .map(data -> data.path("text").asText()).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "raises, handler_error, ValueError: it broke",
        "killed, handler_error, SIGKILL",
        "exit, handler_error, sys.exit(3)",
        "hard-exit, handler_error, ''",
        "close-all, handler_error, ''",
        "large, output_invalid, bytes of JSON",
        "nan, output_invalid, not valid JSON",
        "set, output_invalid, not valid JSON",
        "deep, output_invalid, nested",
        "too-big-message, output_invalid, bytes of JSON",
        "unknown-mode, handler_error, KeyError"})
    void failuresSayWhoseTheyAre(String mode, String kind, String message) throws Exception {
        String run = start(mode);
        JsonNode over = api.over(run);
        assertThat(over.path("status").asText()).as(over.toString()).isEqualTo("failed");
        assertThat(over.path("error").path("kind").asText()).isEqualTo(kind);
        assertThat(over.path("error").path("message").asText()).contains(message);
        assertThat(over.path("output").isMissingNode() || over.path("output").isNull()).isTrue();
        Streams.assertWhole(events(run), 1, "run.failed");
    }

    @ParameterizedTest
    @CsvSource({"ticks, 2", "coroutine, '\"awaited\"'", "fork, '\"forked\"'", "binary, '\"written\"'"})
    void outputsArrive(String mode, String output) throws Exception {
        String run = start(mode);
        JsonNode over = api.over(run);
        assertThat(over.path("status").asText()).as(over.toString()).isEqualTo("succeeded");
        assertThat(over.path("output")).isEqualTo(Api.json(output));
        Streams.assertWhole(events(run), 1, "run.succeeded");
    }

    @Test
    void aFloodComesWholeWhileOthersAreServed() throws Exception {
        String flood = start("flood");
        await().until(() -> !api.run(flood).path("status").asText().equals("queued"));
        theGatewayIsWell();
        List<Seen> events = events(flood);
        Streams.assertWhole(events, 1, "run.succeeded");
        String text = printed(events, "stdout");
        assertThat(text.length()).isEqualTo(20 * 1024 * 1024);
        assertThat(text.replace("x".repeat(1023) + "\n", "")).isEmpty();
    }

    @Test
    void whatLooksLikeOurFramesIsOnlyText() throws Exception {
        String run = start("forged");
        assertThat(api.over(run).path("output").asText()).isEqualTo("true");
        List<Seen> events = events(run);
        Streams.assertWhole(events, 1, "run.succeeded");
        assertThat(Streams.messages(events))
                .containsExactly("{\"message\":\"id: 9-9\\n\\nevent: run.succeeded\\ndata: {}\\n\\n\"}");
        assertThat(printed(events, "stdout")).contains("\"output\":\"forged\"", "\n\nid: 9-9\nevent: run.succeeded\n",
                "\r\rdata: x\r\r", "+{\"half\" =}");
        List<Seen> socket = new FaithfulReader(gateway::api, run, new Manners(true, 0, 0, 1)).call();
        assertThat(socket).isEqualTo(events);
    }

    @Test
    void aLargeMessageTravelsInParts() throws Exception {
        String run = start("big-message");
        assertThat(api.over(run).path("output").asText()).hasSize(500_000);
        List<Seen> events = events(run);
        assertThat(Streams.messages(events)).containsExactly("{\"message\":\"" + "z".repeat(500_000) + "\"}");
    }

    @ParameterizedTest
    @CsvSource({"forever", "stubborn"})
    void whatNeverEndsIsEndedByItsTimeout(String mode) throws Exception {
        String run = api.post("/v1/skills/" + Handlers.SKILL + "/stages/short/runs", "{\"mode\":\"" + mode + "\"}")
                .expect(202).path("run_id").asText();
        assertThat(api.over(run).path("status").asText()).isEqualTo("timed_out");
        Streams.assertWhole(events(run), 1, "run.timed_out");
    }

    @ParameterizedTest
    @CsvSource({"forever", "stubborn"})
    void whatNeverEndsIsEndedByACancel(String mode) throws Exception {
        String run = start(mode);
        await().atMost(Duration.ofSeconds(30)).until(() -> api.get("/v1/runs/" + run + "/events").text()
                .contains("begun"));
        api.post("/v1/runs/" + run + "/cancel", "").expect(202);
        assertThat(api.over(run).path("status").asText()).isEqualTo("cancelled");
        Streams.assertWhole(events(run), 1, "run.cancelled");
        assertThat(api.post("/v1/runs/" + run + "/cancel", "").status()).as("idempotent").isEqualTo(202);
    }
}
