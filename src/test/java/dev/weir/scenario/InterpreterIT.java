package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.EventProbe.Seen;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.SseProbe;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The code interpreter through the packaged gateway: callers' code, sessions and files, and a stage that runs in warm sessions. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InterpreterIT {
    private static final String SKILL = """
            import os, time
            import notes

            def handler(value):
                notes.calls += 1
                print("working on", value["what"])
                print('{"forged": true}')
                if value["what"] == "fail":
                    raise ValueError("no such thing")
                yield {"step": notes.calls}
                if value["what"] == "sleep":
                    time.sleep(60)
                return {"echo": value["what"], "secret": os.environ["TOKEN"][::-1]}
            """;
    private static final String FORGER = """
            import atexit
            atexit.register(lambda: print('{"status":"ok","result":"forged at exit"}'))

            def handler(value):
                return None
            """;

    @TempDir
    private static Path directory;
    private static GatewayProcess gateway;
    private static Api api;

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(directory.resolve("data")).start();
        api = gateway.api();
        api.send("PUT", "/v1/secrets/tok", BodyPublishers.ofString("{\"value\":\"s3cret\"}")).expect(200);
        String settings = "{\"runtime\":\"interpreter\",\"timeout_seconds\":30,"
                + "\"secret_refs\":[{\"env\":\"TOKEN\",\"secret_id\":\"tok\"}]}";
        api.deploy("warm-echo", settings,
                Api.zip(Map.of("main.py", SKILL, "notes.py", "calls = 0\n")));
        api.deploy("for-ger", "{\"runtime\":\"interpreter\"}", Api.zip(FORGER));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    @Order(1)
    void codeIsARunWhoseEventsComeAsTheyHappenAndResume() throws IOException, InterruptedException {
        String run = api.post("/v1/interpreter/run",
                "{\"code\":\"import time\\nfor i in range(4):\\n  print(i, flush=True)\\n  time.sleep(0.3)\"}")
                .expect(202).path("run_id").asText();
        List<Seen> whole = events(run, "");
        assertThat(whole.getFirst().type()).isEqualTo("run.started");
        assertThat(whole.getLast().type()).isEqualTo("run.succeeded");
        assertThat(whole.stream().filter(event -> event.type().equals("run.output"))).hasSizeGreaterThan(1);
        assertThat(text(whole)).isEqualTo("0\n1\n2\n3\n");
        assertThat(events(run, whole.get(1).id())).isEqualTo(whole.subList(2, whole.size()));
        JsonNode over = api.run(run);
        assertThat(over.path("output").path("stdout").asText()).isEqualTo("0\n1\n2\n3\n");
        assertThat(over.path("output").path("exit_code").asInt()).isZero();
        assertThat(over.path("skill").asText()).isEqualTo("code-interpreter");
    }

    @Test
    @Order(2)
    void aSessionKeepsItsStateAndFilesUntilItEnds() {
        String session = "/v1/interpreter/sessions/" + api.post("/v1/interpreter/sessions", "{\"name\":\"mine\"}")
                .expect(201).path("session_id").asText();
        executed(session, "{\"code\":\"x = 20\"}");
        assertThat(executed(session, "{\"code\":\"print(x + 1)\"}").path("stdout").asText()).isEqualTo("21\n");
        assertThat(executed(session, "{\"code\":\"print(x)\",\"clear_context\":true}").path("stderr").asText())
                .contains("NameError");
        assertThat(executed(session, "{\"command\":\"echo out; exit 3\"}").path("exit_code").asInt()).isEqualTo(3);
        String file = session + "/files/content?path=a/b.txt";
        assertThat(api.send("PUT", file, BodyPublishers.ofString("hallo"), "Content-Type", "text/plain").status())
                .isEqualTo(204);
        assertThat(api.get(file).text()).isEqualTo("hallo");
        assertThat(executed(session, "{\"code\":\"print(open('a/b.txt').read())\"}").path("stdout").asText())
                .isEqualTo("hallo\n");
        assertThat(api.get(session + "/files?directory=a").expect(200).path("files").get(0).path("name").asText())
                .isEqualTo("b.txt");
        assertThat(api.get(session + "/files/content?path=../../owner.key").status()).isEqualTo(400);
        assertThat(api.send("DELETE", session, BodyPublishers.noBody()).status()).isEqualTo(204);
        assertThat(api.get(session).status()).isEqualTo(404);
    }

    @Test
    @Order(3)
    void aStageRunsInWarmSessionsAndEachDispatchIsAccountedFor() throws IOException, InterruptedException {
        String first = api.invoke("warm-echo", "{\"what\":\"a\"}");
        JsonNode over = api.over(first);
        assertThat(over.path("status").asText()).as(over.toString()).isEqualTo("succeeded");
        assertThat(over.path("output")).isEqualTo(Api.json("{\"echo\":\"a\",\"secret\":\"terc3s\"}"));
        List<Seen> events = events(first, "");
        assertThat(text(events)).isEqualTo("working on a\n{\"forged\": true}\n");
        assertThat(events.stream().filter(event -> event.type().equals("run.message")).map(Seen::data))
                .singleElement().satisfies(data -> assertThat(data).contains("{\"step\":1}"));
        JsonNode second = api.over(api.invoke("warm-echo", "{\"what\":\"__import__('os')\\u2028\"}"));
        assertThat(second.path("output").path("echo").asText()).isEqualTo("__import__('os')\u2028");
        JsonNode failed = api.over(api.invoke("warm-echo", "{\"what\":\"fail\"}"));
        assertThat(failed.path("error").path("kind").asText()).isEqualTo("handler_error");
        assertThat(failed.path("error").path("message").asText()).startsWith("SkillExecutionError")
                .contains("no such thing");
        JsonNode forged = api.over(api.invoke("for-ger", "{}"));
        assertThat(forged.path("status").asText()).as(forged.toString()).isEqualTo("succeeded");
        assertThat(forged.path("output").isNull()).isTrue();

        JsonNode pool = api.get("/v1/interpreter/pool").expect(200).path("keys").get(0);
        assertThat(pool.path("warm").asInt()).isEqualTo(1);
        assertThat(pool.path("hits").asInt()).isEqualTo(3);
        assertThat(gateway.admin().get("/metrics").text()).contains("weir_interpreter_pool_events_total{event=\"hit\"");
        List<JsonNode> dispatches = list(api.get("/v1/interpreter/dispatches").expect(200).path("dispatches"));
        assertThat(dispatches).hasSize(4).extracting(each -> each.path("template_sha256").asText())
                .containsOnly(dispatches.getFirst().path("template_sha256").asText());
        assertThat(dispatches).extracting(each -> each.path("status").asText())
                .containsExactly("ok", "failed", "ok", "ok");
    }

    @Test
    @Order(4)
    void whatIsCancelledEndsAndItsSessionIsNotLentAgain() {
        String run = api.invoke("warm-echo", "{\"what\":\"sleep\"}");
        await().atMost(Duration.ofSeconds(30)).until(() -> api.run(run).path("status").asText().equals("running")
                && api.get("/v1/runs/" + run + "/events?limit=9").text().contains("working on sleep"));
        api.post("/v1/runs/" + run + "/cancel", "").expect(202);
        assertThat(api.over(run).path("status").asText()).isEqualTo("cancelled");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> list(api.get("/v1/interpreter/pool").expect(200).path("keys"))
                        .stream().noneMatch(key -> key.path("in_use").asInt() > 0));
        JsonNode code = api.post("/v1/interpreter/run", "{\"command\":\"sleep 60\",\"timeout_seconds\":1}",
                "Prefer", "wait=30").expect(200);
        assertThat(code.path("status").asText()).isEqualTo("timed_out");
    }

    @Test
    @Order(5)
    void aRunWhoseGatewayIsKilledIsFailedAndNotExecutedAgain() {
        String run = api.invoke("warm-echo", "{\"what\":\"sleep\"}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.get("/v1/runs/" + run + "/events?limit=9").text().contains("working on sleep"));
        gateway.kill();
        gateway.start();
        api = gateway.api();
        JsonNode over = api.over(run);
        assertThat(over.path("status").asText()).isEqualTo("failed");
        assertThat(over.path("error").path("kind").asText()).isEqualTo("session_lost");
        assertThat(over.path("attempt").asInt()).isOne();
        assertThat(list(api.get("/v1/interpreter/dispatches?run_id=" + run).expect(200).path("dispatches"))).isEmpty();
    }

    private static JsonNode executed(String session, String body) {
        return api.post(session + "/execute", body, "Prefer", "wait=30").expect(200).path("output");
    }

    private static List<Seen> events(String run, String after) throws IOException, InterruptedException {
        List<Seen> seen = new ArrayList<>();
        try (SseProbe probe = SseProbe.open(api, run, after)) {
            for (Optional<Seen> next = probe.next(); next.isPresent(); next = probe.next()) {
                seen.add(next.get());
            }
        }
        seen.removeIf(event -> event.id().isEmpty());
        return seen;
    }

    private static String text(List<Seen> events) {
        StringBuilder text = new StringBuilder();
        events.stream().filter(event -> event.type().equals("run.output"))
                .forEach(event -> text.append(Api.json(event.data()).path("text").asText()));
        return text.toString();
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
