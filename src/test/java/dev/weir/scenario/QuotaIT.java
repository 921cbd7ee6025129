package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.Api.Answer;
import dev.weir.fixture.GatewayProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of a real gateway, and what is left of them after a crash. */
class QuotaIT {
    private static final String RUNS = "/v1/skills/" + Handlers.SKILL + "/stages/prod/runs";

    @TempDir
    private Path directory;

    private GatewayProcess gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Map<String, Double> used() {
        Map<String, Double> used = new HashMap<>();
        gateway.api().get("/v1/quota").expect(200).path("limits").forEach(
                limit -> used.put(limit.path("dimension").asText(), limit.path("used").asDouble()));
        return used;
    }

    private Answer invokeAndWait(String input) {
        return gateway.api().post(RUNS, input, "Prefer", "wait=60");
    }

    @Test
    void aRunThatSurvivesACrashIsCountedOnceAndBeyondTheLimitNothingIsExecuted() {
        gateway = new GatewayProcess(directory.resolve("data"), "runs.quota.runs-per-day=2",
                "runs.quota.concurrent-runs=1", "runs.quota.billable-minutes-per-month=600", Handlers.ALLOWED).start();
        Handlers.deploy(gateway.api());
        String run = gateway.api().invoke(Handlers.SKILL, Handlers.count(1000, 40));
        await().until(() -> gateway.api().get("/v1/runs/" + run + "/events?limit=3").text().contains("run.message"));
        assertThat(used()).isEqualTo(Map.of("runs_per_day", 1.0, "concurrent_runs", 1.0,
                "billable_minutes_per_month", 1.0));
        gateway.kill();
        gateway.start();
        Api api = gateway.api();
        assertThat(used()).containsEntry("runs_per_day", 1.0).containsEntry("concurrent_runs", 1.0);

        Answer refused = invokeAndWait(Handlers.count(1, 0));
        assertThat(refused.status()).as(refused.text()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        assertThat(refused.header("RateLimit-Policy")).contains("\"runs_per_day\";q=2;w=86400");
        JsonNode throttled = api.run(refused.json().path("run_id").asText());
        assertThat(throttled.path("status").asText()).isEqualTo("throttled");
        assertThat(throttled.path("started_at").isNull()).isTrue();
        assertThat(throttled.path("billable_ms").asLong()).isZero();
        Answer stream = api.get("/v1/runs/" + throttled.path("run_id").asText() + "/events", "Accept",
                "text/event-stream");
        assertThat(stream.text()).contains("event: run.throttled").contains("quota_exceeded");

        assertThat(api.run(run).path("status").asText()).as("it goes on meanwhile").isEqualTo("running");
        api.post("/v1/runs/" + run + "/cancel", "").expect(202);
        JsonNode over = api.over(run);
        assertThat(over.path("billable_ms").asLong()).isPositive();
        await().until(() -> used().get("concurrent_runs") == 0.0);
        assertThat(used().get("runs_per_day")).as("the one that was refused is not counted").isEqualTo(1.0);

        invokeAndWait(Handlers.count(1, 0)).expect(200);
        await().until(() -> used().get("concurrent_runs") == 0.0);
        Answer last = invokeAndWait(Handlers.count(1, 0));
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("RateLimit")).contains("\"runs_per_day\";r=0;t=");
        assertThat(last.json().path("detail").asText()).contains("runs_per_day of the tenant: 2 of 2 used");
        assertThat(used().get("billable_minutes_per_month")).isBetween(over.path("billable_ms").asLong() / 60_000.0
                - 0.001, 1.0);
    }
}
