package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Stage;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients see of limits: the view, headers on invocations, the check, and 429 for who waited. */
class QuotaRoutesTest {
    private static final Scope TENANT = Scope.of(Samples.TENANT);
    private static final String STAGE = "/v1/skills/hello/stages/prod";

    private final ApiFixture api = new ApiFixture();

    @BeforeEach
    void deploy() {
        Samples.stage(api.catalog, Samples.STAGE, Instant.EPOCH);
        await(api.catalog.deploy(Samples.deployment(Samples.STAGE, "1.0.0", Instant.EPOCH), Optional.empty()));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void limit(Scope scope, Map<Dimension, Long> most) {
        api.limits.put(scope, new Limits(most));
    }

    @Test
    void theViewShowsWhatIsLimitedAndNothingElse() {
        assertThat(api.get(api.owner, "/v1/quota").json()).isEqualTo(new JsonObject().put("limits", new JsonArray()));
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 1L, Dimension.BILLABLE_TIME_PER_MONTH, 150_000L,
                Dimension.RUNS_PER_HOUR, 10L));
        await(api.quotas.admit(RunId.create(Instant.EPOCH), 1, Samples.STAGE, Duration.ofSeconds(60)));
        JsonArray limits = api.get(api.owner, "/v1/quota").json().getJsonArray("limits");
        assertThat(limits).hasSize(3);
        JsonObject hourly = limits.getJsonObject(0);
        assertThat(Instant.parse(hourly.getString("reset_at"))).isAfter(Instant.now().minusSeconds(60));
        hourly.remove("reset_at");
        assertThat(hourly).isEqualTo(new JsonObject().put("dimension", "runs_per_hour").put("limit", 10)
                .put("used", 1).put("left", 9));
        JsonObject time = limits.getJsonObject(1);
        assertThat(time.getString("dimension")).isEqualTo("billable_minutes_per_month");
        assertThat(List.of(time.getDouble("limit"), time.getDouble("used"), time.getDouble("left")))
                .containsExactly(2.5, 1.0, 1.5);
        assertThat(limits.getJsonObject(2)).isEqualTo(new JsonObject().put("dimension", "concurrent_runs")
                .put("limit", 1).put("used", 1).put("left", 0).putNull("reset_at"));
    }

    @Test
    void aStagesOwnLimitsAreAskedForByItsName() {
        limit(Scope.of(Samples.STAGE), Map.of(Dimension.RUNS_PER_DAY, 7L));
        JsonArray limits = api.get(api.owner, "/v1/quota?skill=hello&stage=prod").json().getJsonArray("limits");
        assertThat(limits.getJsonObject(0).getInteger("left")).isEqualTo(7);
        assertThat(api.get(api.owner, "/v1/quota?skill=hello&stage=none").status()).isEqualTo(404);
        assertThat(api.get(api.stranger, "/v1/quota?skill=hello&stage=prod").status()).isEqualTo(404);
        assertThat(api.get(api.owner, "/v1/quota?skill=hello").status()).isEqualTo(400);
        assertThat(api.get(api.owner, "/v1/quota?tenant=rival").status()).isEqualTo(400);
        assertThat(api.get(api.developer, "/v1/quota").status()).isEqualTo(403);
    }

    @Test
    void invocationsTellTheLimitsOfTheTenantInTheDraftsFields() {
        Answer free = api.send("POST", api.owner, STAGE + "/runs", "{}");
        assertThat(free.header("RateLimit")).isNull();
        assertThat(free.header("RateLimit-Policy")).isNull();
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 5L, Dimension.BILLABLE_TIME_PER_MONTH, 150_000L,
                Dimension.RUNS_PER_HOUR, 10L, Dimension.RUNS_PER_DAY, 0L));
        Answer answer = api.send("POST", api.owner, STAGE + "/runs", "{}");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"runs_per_hour\";q=10;w=3600, "
                + "\"runs_per_day\";q=0;w=86400, \"concurrent_runs\";q=5;qu=\"concurrent-requests\"");
        assertThat(answer.header("RateLimit")).matches("\"runs_per_hour\";r=10;t=[0-9]{1,4}, "
                + "\"runs_per_day\";r=0;t=[0-9]{1,5}, \"concurrent_runs\";r=5");
    }

    @Test
    void theLimitsOfTheStageAreToldByNamesOfTheirOwnAlsoToWhoRunsItsScheduleNow() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_HOUR, 10L));
        limit(Scope.of(Samples.STAGE), Map.of(Dimension.RUNS_PER_HOUR, 3L, Dimension.CONCURRENT_RUNS, 2L));
        await(api.catalog.put(new Stage(Samples.STAGE, Samples.automated(), Optional.empty(), Instant.EPOCH,
                Instant.EPOCH)));
        for (String path : List.of(STAGE + "/runs", STAGE + "/schedule/run-now")) {
            Answer answer = path.endsWith("/runs")
                    ? api.send("POST", api.owner, path, "{}")
                    : api.send("POST", api.owner, path, "", "Accept", "*/*");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"runs_per_hour\";q=10;w=3600, "
                    + "\"stage_runs_per_hour\";q=3;w=3600, \"stage_concurrent_runs\";q=2;qu=\"concurrent-requests\"");
            assertThat(answer.header("RateLimit")).matches("\"runs_per_hour\";r=10;t=[0-9]{1,4}, "
                    + "\"stage_runs_per_hour\";r=3;t=[0-9]{1,4}, \"stage_concurrent_runs\";r=2");
        }
    }

    @Test
    void whoWaitsForARunThatIsThrottledIsToldWhenToComeAgain() {
        limit(TENANT, Map.of(Dimension.CONCURRENT_RUNS, 0L));
        RunId run = waitedFor("k-1", waited -> {
            assertThat(waited.status()).isEqualTo(429);
            assertThat(waited.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(waited.header("Retry-After")).isEqualTo("3600");
            assertThat(waited.header("RateLimit")).isEqualTo("\"concurrent_runs\";r=0");
            assertThat(waited.json().getString("detail")).isEqualTo("a limit is used up: all of it");
        });
        Answer again = api.send("POST", api.owner, STAGE + "/runs", "{}", "Content-Type", "application/json",
                "Idempotency-Key", "k-1");
        assertThat(again.header("Idempotency-Replayed")).as("asked again, as told").isNull();
        assertThat(again.json().getString("run_id")).isNotEqualTo(run.value());

        JsonObject shown = api.get(api.owner, "/v1/runs/" + run).json();
        assertThat(shown.getString("status")).isEqualTo("throttled");
        assertThat(shown.getJsonObject("error").getString("kind")).isEqualTo("quota_exceeded");
        assertThat(shown.getInteger("billable_ms")).isZero();
        Answer events = api.get(api.owner, "/v1/runs/" + run + "/events", "Accept", "text/event-stream");
        assertThat(events.response().body()).contains("event: run.throttled").contains("quota_exceeded");
    }

    @Test
    void a429IsOneAlsoWhileTheLedgerIsAway() {
        api.ledgerIsAway = true;
        waitedFor("k-1", waited -> {
            assertThat(waited.status()).isEqualTo(429);
            assertThat(waited.header("Retry-After")).isEqualTo("30");
            assertThat(waited.header("RateLimit")).isNull();
        });
    }

    /** Waits for a run, which is throttled meanwhile. */
    private RunId waitedFor(String key, Consumer<Answer> check) {
        Future<Answer> waiting = api.vertx.executeBlocking(() -> api.send("POST", api.owner, STAGE + "/runs", "{}",
                "Content-Type", "application/json", "Idempotency-Key", key, "Prefer", "wait=3"));
        RunId run = Awaitility.await()
                .until(() -> await(api.runs.byKey(Samples.TENANT, key)).map(Run::id), Optional::isPresent)
                .orElseThrow();
        await(api.runs.finishQueued(run, new Outcome(RunStatus.THROTTLED, Optional.empty(),
                Optional.of(new RunError("quota_exceeded", "a limit is used up: all of it")), new EventId(0, 1),
                Instant.now(), Duration.ZERO)));
        Answer waited = await(waiting);
        assertThat(waited.json().getString("run_id")).isEqualTo(run.value());
        check.accept(waited);
        return run;
    }

    @Test
    void aCheckTellsTheRestWhileTheLedgerIsAway() {
        api.ledgerIsAway = true;
        Answer answer = api.send("POST", api.owner, STAGE + "/check", "{}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getValue("quota")).isNull();
        assertThat(answer.json().getBoolean("allowed")).isFalse();
        assertThat(answer.json().getJsonArray("reasons"))
                .containsExactly("the quota cannot be told now: the run would wait until it can");
        assertThat(answer.json().getJsonObject("grant").getString("kind")).isEqualTo("owner");
    }

    @Test
    void aCheckTellsWhatIsLeft() {
        limit(TENANT, Map.of(Dimension.RUNS_PER_DAY, 10L));
        limit(Scope.of(Samples.STAGE), Map.of(Dimension.BILLABLE_TIME_PER_MONTH, 150_000L));
        await(api.quotas.admit(RunId.create(Instant.EPOCH), 1, Samples.STAGE, Duration.ofSeconds(60)));
        JsonArray limits = api.send("POST", api.owner, STAGE + "/check", "{}").json().getJsonObject("quota")
                .getJsonArray("limits");
        assertThat(limits).hasSize(2);
        assertThat(limits.getJsonObject(0).getString("scope")).isEqualTo("tenant");
        assertThat(limits.getJsonObject(0).getInteger("left")).isEqualTo(9);
        assertThat(limits.getJsonObject(1).getString("scope")).isEqualTo("stage");
        assertThat(limits.getJsonObject(1).getString("dimension")).isEqualTo("billable_minutes_per_month");
        assertThat(limits.getJsonObject(1).getDouble("left")).isEqualTo(1.5);
    }

    @Test
    void aCheckForeseesAndHoldsNothing() {
        JsonObject free = api.send("POST", api.owner, STAGE + "/check", "{}").json();
        assertThat(free.getBoolean("allowed")).isTrue();
        assertThat(free.getJsonObject("quota").getBoolean("allowed")).isTrue();
        limit(Scope.of(Samples.STAGE), Map.of(Dimension.BILLABLE_TIME_PER_MONTH, 59_999L));
        JsonObject full = api.send("POST", api.owner, STAGE + "/check", "{}").json();
        assertThat(full.getBoolean("allowed")).isFalse();
        assertThat(full.getJsonArray("reasons")).anyMatch(reason -> reason.toString().contains("throttled"));
        assertThat(full.getJsonObject("quota").getString("detail")).contains("of the stage");
        assertThat(full.getJsonObject("quota").getInteger("retry_after_seconds")).isPositive();
        JsonObject ungranted = api.send("POST", api.developer, STAGE + "/check", "{}").json();
        assertThat(ungranted.getValue("quota")).isNull();
    }
}
