package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.access.Grant;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The code interpreter's routes over an interpreter that keeps files; nothing executes runs here. */
class InterpreterRoutesTest {
    private static final String SESSIONS = "/v1/interpreter/sessions";
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aDeveloperNeedsAGrantThatNamesTheInterpreter() {
        assertThat(api.send("POST", api.developer, SESSIONS, "{}").status()).isEqualTo(403);
        ApiFixture
                .await(api.grants.add(new Grant("g_all", new TenantId("acme"), "wilma", List.of("*"), Instant.now())));
        assertThat(api.send("POST", api.key("acme", "wilma", Role.DEVELOPER), SESSIONS, "{}").status())
                .as("all skills are not the interpreter").isEqualTo(403);
        String granted = granted("dina");
        Answer opened = api.send("POST", granted, SESSIONS, "{\"name\":\"mine\",\"timeout_seconds\":60}");
        assertThat(opened.status()).isEqualTo(201);
        assertThat(opened.json().getString("status")).isEqualTo("ready");
        String session = opened.header("Location");
        assertThat(session).isEqualTo(SESSIONS + "/" + opened.json().getString("session_id"));
        assertThat(opened.response().body()).as("the service's own id is nobody's business").doesNotContain("session1");
        assertThat(api.get(granted("gina"), session).status()).as("another developer").isEqualTo(404);
        assertThat(api.get(api.owner, session).status()).isEqualTo(200);
        assertThat(api.send("POST", api.owner, session + "/execute", "{\"code\":\"1\"}").status()).isEqualTo(403);
        assertThat(api.delete(api.owner, session).status()).isEqualTo(204);
        assertThat(api.get(granted, session).status()).isEqualTo(404);
    }

    @Test
    void aUserHoldsSoManySessionsAndNoMore() {
        String key = granted("many");
        for (int i = 0; i < 3; i++) {
            assertThat(api.send("POST", key, SESSIONS, "{}").status()).isEqualTo(201);
        }
        assertThat(api.send("POST", key, SESSIONS, "{}").status()).isEqualTo(409);
        JsonObject page = api.get(key, SESSIONS + "?limit=2").json();
        assertThat(page.getJsonArray("sessions")).hasSize(2);
        JsonObject rest = api.get(key, SESSIONS + "?limit=2&cursor=" + page.getString("next")).json();
        assertThat(rest.getJsonArray("sessions")).hasSize(1);
        assertThat(rest.getString("next")).isNull();
        assertThat(api.get(api.stranger, SESSIONS).json().getJsonArray("sessions")).isEmpty();
    }

    @Test
    void anExecutionIsARunOfItsUser() {
        String key = granted("runner");
        String session = api.send("POST", key, SESSIONS, "{}").header("Location");
        Answer accepted = api.send("POST", key, session + "/execute",
                "{\"code\":\"print(1)\",\"language\":\"typescript\",\"runtime\":\"nodejs\",\"timeout_seconds\":7}");
        assertThat(accepted.status()).isEqualTo(202);
        JsonObject run = api.get(key, accepted.header("Location")).json();
        assertThat(run.getString("skill")).isEqualTo("code-interpreter");
        assertThat(run.getString("stage")).isEqualTo("default-public");
        assertThat(run.getJsonObject("input").getString("runtime")).isEqualTo("nodejs");
        assertThat(api.get(granted("other"), accepted.header("Location")).status()).isEqualTo(404);
    }

    @Test
    void aRepetitionIsAnsweredWithTheFirstRun() {
        String body = "{\"command\":\"ls\"}";
        Answer first = api.send("POST", api.owner, "/v1/interpreter/run", body, "Idempotency-Key", "k1", "Content-Type",
                "application/json");
        Answer again = api.send("POST", api.owner, "/v1/interpreter/run", body, "Idempotency-Key", "k1", "Content-Type",
                "application/json");
        assertThat(first.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().getString("run_id")).isEqualTo(first.json().getString("run_id"));
        assertThat(api.send("POST", api.owner, "/v1/interpreter/run", "{\"command\":\"pwd\"}", "Idempotency-Key", "k1",
                "Content-Type", "application/json").status()).isEqualTo(422);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThat(wrong("{}")).containsExactly("/code");
        assertThat(wrong("{\"code\":\"1\",\"command\":\"ls\"}")).containsExactly("/code");
        assertThat(wrong("{\"command\":\"ls\",\"language\":\"python\"}")).containsExactly("/command");
        assertThat(wrong("{\"code\":\"1\",\"language\":\"ruby\"}")).containsExactly("/language");
        assertThat(wrong("{\"code\":\"1\",\"timeout_seconds\":901}")).containsExactly("/timeout_seconds");
        assertThat(wrong("{\"code\":\"1\",\"environment\":\"A B\"}")).containsExactly("/environment");
        assertThat(wrong("{\"code\":\"1\",\"else\":1}")).containsExactly("/else");
        assertThat(api.send("POST", api.owner, "/v1/interpreter/run", "{\"code\":\"1\",\"environment\":\"none\"}")
                .status()).isEqualTo(404);
        assertThat(api.send("POST", api.owner, SESSIONS, "{\"name\":\"\\u0000\"}").status()).isEqualTo(400);
        assertThat(api.send("POST", api.owner, "/v1/skills", "{\"name\":\"code-interpreter\"}").status())
                .isEqualTo(400);
    }

    @Test
    void filesGoUpAndDownAsTheyAreAndNotOutside() {
        String key = granted("filer");
        String files = api.send("POST", key, SESSIONS, "{}").header("Location") + "/files";
        String content = files + "/content?path=a/b%20c.bin";
        assertThat(api.send("PUT", key, content, "\u00e4\u2028", "Content-Type", "image/png").status()).isEqualTo(204);
        Answer read = api.get(key, content);
        assertThat(read.response().body()).isEqualTo("\u00e4\u2028");
        assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(api.get(key, files).json().getJsonArray("files").getJsonObject(0).getLong("size")).isEqualTo(5);
        assertThat(api.send("PUT", key, content, "x".repeat(2_001)).status()).isEqualTo(413);
        for (String path : List.of("/etc/passwd", "a/../../x", "..", "", "a%00b")) {
            assertThat(api.get(key, files + "/content?path=" + path).status()).as(path).isEqualTo(400);
        }
        assertThat(api.get(key, files + "/content").status()).isEqualTo(400);
        assertThat(api.get(key, files + "/content?path=none").status()).isEqualTo(422);
        assertThat(api.delete(key, content).status()).isEqualTo(204);
        assertThat(api.get(key, files).json().getJsonArray("files")).isEmpty();
    }

    @Test
    void aStageInAnInterpreterCannotRunForLongerThanTheServiceLetsACall() {
        assertThat(api.send("POST", api.owner, "/v1/skills", "{\"name\":\"warm\"}").status()).isEqualTo(201);
        String stage = "/v1/skills/warm/stages/prod";
        Answer refused = api.send("PUT", api.owner, stage, "{\"runtime\":\"interpreter\",\"timeout_seconds\":901}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.response().body()).contains("/timeout_seconds");
        assertThat(api.send("PUT", api.owner, stage,
                "{\"runtime\":\"interpreter-process\",\"timeout_seconds\":900}").status()).isEqualTo(200);
        assertThat(api.get(api.owner, stage).json().getString("runtime")).isEqualTo("interpreter-process");
        assertThat(api.send("POST", api.owner, "/v1/interpreter/pool/flush", "").json().getInteger("flushed")).isZero();
    }

    private static List<String> wrong(String body) {
        Answer answer = api.send("POST", api.owner, "/v1/interpreter/run", body);
        assertThat(answer.status()).isEqualTo(400);
        return answer.json().getJsonArray("errors").stream().map(JsonObject.class::cast)
                .map(error -> error.getString("pointer")).toList();
    }

    private static String granted(String user) {
        ApiFixture.await(api.grants.add(new Grant("g_" + user, new TenantId("acme"), user,
                List.of("code-interpreter"), Instant.now())));
        return api.key("acme", user, Role.DEVELOPER);
    }
}
