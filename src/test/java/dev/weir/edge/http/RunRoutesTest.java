package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs and their events over real HTTP, with nobody to execute them. */
class RunRoutesTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final String INVOKE = "/v1/skills/echo/stages/prod/runs";
    private static final String[] JSON = {"Content-Type", "application/json"};

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.send("POST", api.owner, "/v1/skills", "{\"name\":\"echo\"}");
        api.send("PUT", api.owner, "/v1/skills/echo/stages/prod", "{}");
        api.send("PUT", api.owner, "/v1/skills/echo/stages/idle", "{}");
        String schema = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";
        await(api.catalog.deploy(
                new Deployment(new StageRef(ACME, "echo", "prod"), "1.0.0", "up_1", "d".repeat(64),
                        new PackageMetadata("", Optional.of(schema), Optional.empty(), "main:handler", List.of()),
                        "olga",
                        Instant.EPOCH),
                Optional.empty()));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theChecksOfAnInvocationComeInTheOrderOfTheContract() {
        String[] text = {"Content-Type", "text/plain", "Idempotency-Key", "not legal"};
        assertThat(api.send("POST", null, INVOKE, "no", text).status()).isEqualTo(401);
        assertThat(api.send("POST", api.owner, INVOKE.replace("echo", "none"), "no", text).status()).isEqualTo(404);
        assertThat(api.send("POST", api.owner, INVOKE.replace("prod", "none"), "no", text).status()).isEqualTo(404);
        assertThat(api.send("POST", api.stranger, INVOKE, "no", text).status()).isEqualTo(404);
        assertThat(api.send("POST", api.developer, INVOKE.replace("prod", "idle"), "no", text).status()).isEqualTo(409);
        assertThat(api.send("POST", api.developer, INVOKE, "x".repeat(100_000), text).status()).isEqualTo(403);
        assertThat(api.send("POST", api.owner, INVOKE, "no", text).status()).isEqualTo(400);
        assertThat(api.send("POST", api.owner, INVOKE, "no", "Content-Type", "text/plain").status()).isEqualTo(415);
        assertThat(api.send("POST", api.owner, INVOKE, "\"" + "x".repeat(100_000) + "\"").status()).isEqualTo(413);
        assertThat(api.send("POST", api.owner, INVOKE, "no").status()).isEqualTo(400);
        assertThat(api.send("POST", api.owner, INVOKE, "[1]").status()).isEqualTo(400);
        assertThat(api.send("POST", api.owner, INVOKE, "{}").json().getJsonArray("errors")).isNotEmpty();
        assertThat(await(api.runs.list(ACME, RunStore.RunFilter.ALL, Optional.empty(), 10)).items()).isEmpty();
        assertThat(api.send("POST", api.owner, INVOKE, "{\"n\":1}").status()).isEqualTo(202);
    }

    @Test
    void anAcceptedRunIsShown() {
        Answer made = invoke(1);
        String path = made.header("Location");
        assertThat(path).isEqualTo("/v1/runs/" + made.json().getString("run_id"));
        JsonObject run = api.get(api.owner, path).json();

        assertThat(run).isEqualTo(made.json());
        assertThat(run.getString("status")).isEqualTo("queued");
        assertThat(run.getJsonObject("input")).isEqualTo(new JsonObject().put("n", 1));
        assertThat(run.getString("invoked_by")).isEqualTo("olga");
        assertThat(run.fieldNames()).contains("skill", "stage", "version", "source", "output", "error", "attempt",
                "created_at",
                "started_at", "finished_at", "billable_ms", "stripped_env", "last_event_id");
        JsonObject listed = api.get(api.owner, "/v1/runs?skill=echo&status=queued&limit=1").json();
        assertThat(listed.getJsonArray("runs")).hasSize(1);
        assertThat(listed.getJsonArray("runs").getJsonObject(0).containsKey("input")).isFalse();
        for (String suffix : new String[]{"", "/events", "/socket"}) {
            assertThat(api.get(api.developer, path + suffix).status()).isIn(404, 426);
            assertThat(api.get(api.stranger, path + suffix).status()).isIn(404, 426);
        }
        assertThat(api.send("POST", api.stranger, path + "/cancel", "").status()).isEqualTo(404);
        assertThat(api.send("POST", api.stranger, path + "/tickets", "").status()).isEqualTo(404);
        assertThat(api.get(api.stranger, "/v1/runs").json().getJsonArray("runs")).isEmpty();
    }

    @Test
    void anIdempotencyKeyNamesOneRun() {
        Answer first = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        Answer again = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        Answer other = api.send("POST", api.owner, INVOKE, "{\"n\":2}", with("Idempotency-Key", "k-1"));

        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().getString("run_id")).isEqualTo(first.json().getString("run_id"));
        assertThat(other.status()).isEqualTo(422);
    }

    @Test
    void aRetryIsAnsweredWithTheFirstRunAlsoUnderAStricterVersion() {
        Answer first = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        await(api.catalog.deploy(new Deployment(new StageRef(ACME, "echo", "prod"), "2.0.0", "up_2", "e".repeat(64),
                new PackageMetadata("", Optional.of("{\"required\":[\"m\"]}"), Optional.empty(), "main:handler",
                        List.of()),
                "olga", Instant.EPOCH), Optional.of("1.0.0")));
        Answer again = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().getString("run_id")).isEqualTo(first.json().getString("run_id"));
        assertThat(api.send("POST", api.owner, INVOKE, "{\"n\":2}", with("Idempotency-Key", "k-1")).status())
                .isEqualTo(422);
        assertThat(invoke(1).status()).isEqualTo(400);
        assertThat(api.send("POST", api.developer, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1")).status())
                .as("the grant comes first").isEqualTo(403);
    }

    @Test
    void aFullQueueIs503AndLeavesTheKeyToTheNextTry() {
        for (int i = 0; i < 3; i++) {
            invoke(1);
        }
        Answer refused = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        assertThat(refused.status()).isEqualTo(503);
        await(api.queue.acknowledge(await(api.queue.lease(1, Instant.now(), Instant.MAX)).getFirst().receipt()));
        Answer again = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k-1"));
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isNull();
        assertThat(again.json().getString("run_id")).isNotEqualTo(refused.json().getString("run_id"));
    }

    @Test
    void aFullQueueIs503AndNamesTheRunThatFailed() {
        Answer answer = invoke(1);
        for (int i = 0; i < 3; i++) {
            answer = invoke(1);
        }
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        String run = answer.json().getString("run_id");
        assertThat(api.get(api.owner, "/v1/runs/" + run).json().getJsonObject("error").getString("kind"))
                .isEqualTo("runtime_error");
    }

    @Test
    void waitingIsBoundedAndEndsWithTheRun() {
        Answer first = api.send("POST", api.owner, INVOKE, "{\"n\":1}",
                with("Idempotency-Key", "k", "Prefer", "respond-async, wait=1"));
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("Preference-Applied")).isEqualTo("wait=1");

        assertThat(api.send("POST", api.owner, first.header("Location") + "/cancel", "").status()).isEqualTo(202);
        Answer over = api.send("POST", api.owner, INVOKE, "{\"n\":1}",
                with("Idempotency-Key", "k", "Prefer", "wait=9999"));
        assertThat(over.status()).isEqualTo(200);
        assertThat(over.header("Preference-Applied")).isEqualTo("wait=60");
        assertThat(over.json().getString("status")).isEqualTo("cancelled");
    }

    @Test
    void eventsComeAsAPageOrAStream() {
        String path = invoke(1).header("Location");
        JsonObject waiting = api.get(api.owner, path + "/events").json();
        assertThat(waiting.getJsonArray("events").getJsonObject(0).getString("event")).isEqualTo("run.queued");
        assertThat(waiting.getBoolean("terminal")).isFalse();

        api.send("POST", api.owner, path + "/cancel", "");
        JsonObject over = api.get(api.owner, path + "/events?wait=60").json();
        assertThat(over.getBoolean("terminal")).isTrue();
        assertThat(over.getString("next")).isEqualTo("0-1");
        JsonObject nothing = api.get(api.owner, path + "/events?wait=60&after=0-1").json();
        assertThat(nothing.getJsonArray("events")).isEmpty();
        assertThat(nothing.getBoolean("terminal")).isTrue();

        Answer stream = api.get(api.owner, path + "/events", "Accept", "text/event-stream");
        assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        assertThat(stream.response().body()).contains("event: run.cancelled").contains("id: 0-1");
        assertThat(api.get(api.owner, path + "/events?after=1-5", "Accept", "text/event-stream", "Last-Event-ID", "0-1")
                .status())
                .isEqualTo(204);
    }

    @Test
    void anInvocationCanAnswerWithItsStream() {
        Answer first = api.send("POST", api.owner, INVOKE, "{\"n\":1}", with("Idempotency-Key", "k"));
        api.send("POST", api.owner, first.header("Location") + "/cancel", "");
        Answer stream = api.send("POST", api.owner, INVOKE, "{\"n\":1}",
                with("Idempotency-Key", "k", "Accept", "text/event-stream"));

        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.header("Location")).isEqualTo(first.header("Location"));
        assertThat(stream.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(stream.response().body()).contains("event: run.cancelled");
    }

    @Test
    void aTicketReadsItsRunAndNothingElse() {
        String path = invoke(1).header("Location");
        String other = invoke(2).header("Location");
        String ticket = "?ticket=" + api.send("POST", api.owner, path + "/tickets", "").json().getString("ticket");

        assertThat(api.get(null, path + ticket).status()).isEqualTo(200);
        assertThat(api.get(null, path + "/events" + ticket).status()).isEqualTo(200);
        assertThat(api.get(null, other + ticket).status()).isEqualTo(401);
        assertThat(api.send("POST", null, path + "/cancel" + ticket, "").status()).isEqualTo(401);
        assertThat(api.send("POST", null, path + "/tickets" + ticket, "").status()).isEqualTo(401);
    }

    private Answer invoke(int n) {
        return api.send("POST", api.owner, INVOKE, "{\"n\":" + n + "}");
    }

    private static String[] with(String... headers) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(JSON), java.util.Arrays.stream(headers))
                .toArray(String[]::new);
    }
}
