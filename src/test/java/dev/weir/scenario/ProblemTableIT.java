package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.Api.Answer;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.WsProbe;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The API's table of problems over real connections. What cannot happen on one: 410 (embedded mode trims no log), 429 (there is no quota
 * yet), 500 (a fault of ours, which no request is known to cause), and 502 and 504 as statuses (a client never waits for AgentCore: its
 * failure is a run's outcome, see {@link OutageIT} and {@link CrashIT}). A refused WebSocket is told the HTTP status instead of being
 * upgraded, so 4401, 4404 and 4409 are codes nobody is sent.
 */
class ProblemTableIT {
    private static final String RUNS = "/v1/skills/hello-stream/stages/prod/runs";

    @TempDir
    private static Path directory;

    private static GatewayProcess gateway;
    private static Api api;

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(directory.resolve("data"), "server.limits.max-package-bytes=64KiB").start();
        api = gateway.api();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("type").asText()).isNotBlank();
        return problem;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST | " + RUNS + " | {                  | 400",
        "POST | " + RUNS + " | {} {}              | 400",
        "POST | " + RUNS + " | []                 | 400",
        "POST | " + RUNS + " | {\"a\":1,\"a\":2}  | 400",
        "POST | " + RUNS + " | {\"count\":\"x\"}  | 400",
        "POST | " + RUNS + "?x=1 | {}             | 400",
        "POST | /v1/skills | {\"name\":\"a/b\"}    | 400",
        "POST | /v1/skills | {\"name\":\"a\",\"no_such\":1} | 400",
        "GET  | /v1/runs/run_1/events?after=x |    | 400",
        "GET  | /v1/runs?limit=0 |                 | 400",
        "GET  | /v1/runs?cursor=forged |           | 400",
        "GET  | /v1/runs?status=odd |              | 400",
        "GET  | /v1/runs/run_1 |                   | 404",
        "GET  | /v1/runs/run_1/events |            | 404",
        "GET  | /v1/runs/run_1/socket |            | 426",
        "GET  | /v1/skills/unknown |               | 404",
        "POST | /v1/skills/unknown/stages/prod/runs | {} | 404",
        "POST | /v1/skills/hello-stream/stages/no/runs | { | 404",
        "GET  | /no/such/thing |                   | 404",
        "DELETE | /v1/runs |                       | 405",
        "POST | /v1/skills | {\"name\":\"hello-stream\"} | 409"})
    void badRequestsAreToldWhy(String method, String path, String body, int status) {
        assertProblem(api.send(method, path,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)), status);
    }

    @Test
    void everyViolationIsListedAndNoValueRepeated() {
        JsonNode problem = assertProblem(api.post(RUNS, "{\"name\":\"" + "sesame".repeat(50)
                + "\",\"count\":-1,\"surplus\":true}"), 400);
        assertThat(problem.path("errors")).hasSize(3);
        assertThat(problem.toString()).doesNotContain("sesame");
    }

    @Test
    void onlyWhoIsKnownIsAnswered() {
        assertProblem(new Api(api.base(), "").get("/v1/runs"), 401);
        Answer wrong = new Api(api.base(), "wk_wrong").get("/v1/runs/run_1");
        assertProblem(wrong, 401);
        assertThat(wrong.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(wrong.text()).doesNotContain("wk_wrong");
        assertProblem(new Api(api.base(), "").get("/v1/runs/run_1/events?ticket=wt_forged.forged"), 401);
    }

    @Test
    void aDeveloperMayNotDoWhatAnOwnerDoes() {
        String key = api.post("/v1/api-keys", "{\"user\":\"dev\",\"role\":\"developer\"}").expect(201).path("key")
                .asText();
        Api developer = new Api(api.base(), key);
        assertProblem(developer.post("/v1/skills", "{\"name\":\"mine\"}"), 403);
        assertProblem(developer.get("/v1/api-keys"), 403);
        developer.get("/v1/skills").expect(200);
    }

    @Test
    void anIdempotencyKeyMeansOneRequest() {
        String run = api.post(RUNS, "{\"count\":0}", "Idempotency-Key", "k1").expect(202).path("run_id").asText();
        Answer again = api.post(RUNS, "{\"count\":0}", "Idempotency-Key", "k1");
        assertThat(again.expect(202).path("run_id").asText()).isEqualTo(run);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertProblem(api.post(RUNS, "{\"count\":1}", "Idempotency-Key", "k1"), 422);
    }

    @Test
    void typeAndSizeOfABodyAreBounded() {
        assertProblem(api.send("POST", RUNS, BodyPublishers.ofString("a=b"), "Content-Type",
                "application/x-www-form-urlencoded"), 415);
        assertProblem(api.post(RUNS, "{\"name\":\"" + "x".repeat(1 << 20) + "\"}"), 413);
        assertThat(api.post(RUNS, "{}", "X-Long", "x".repeat(20_000)).status()).isEqualTo(431);
    }

    @Test
    void aSocketIsClosedWithTheReasonsCode() throws Exception {
        String run = api.post(RUNS, "{\"count\":1000,\"delay_ms\":100}").expect(202).path("run_id").asText();
        String ticket = api.post("/v1/runs/" + run + "/tickets", "").expect(201).path("ticket").asText();
        assertThat(closeCode(api, run, "", "{\"type\":\"no-such\"}")).isEqualTo(4400);
        assertThat(closeCode(api, run, "", "x".repeat(1 << 20))).isEqualTo(1009);
        assertThat(closeCode(new Api(api.base(), ""), run, "?ticket=" + URLEncoder.encode(ticket,
                StandardCharsets.UTF_8), "{\"type\":\"cancel\"}")).isEqualTo(4403);
        assertThat(closeCode(api, run, "", "{\"type\":\"cancel\"}")).isEqualTo(1000);
        assertThat(api.over(run).path("status").asText()).isEqualTo("cancelled");
    }

    private static int closeCode(Api by, String run, String query, String said) throws Exception {
        try (WsProbe probe = WsProbe.openPath(by, "/v1/runs/" + run + "/socket" + query)) {
            probe.say(said);
            for (Optional<?> next = probe.next(); next.isPresent(); next = probe.next()) {
                assertThat(next).isPresent();
            }
            return probe.closeCode();
        }
    }
}
