package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stage's schedule over real HTTP. */
class ScheduleRoutesTest {
    private static final Plan PLAN = new Plan("30 2 * * *", "Europe/Berlin", "{\"n\":1}", true);
    private static final String SCHEDULE = "/v1/skills/hello/stages/prod/schedule";
    private static final String RUN_NOW = SCHEDULE + "/run-now";
    private static final String[] NO_BODY = {"Idempotency-Key", "k1"};

    private final Instant now = Instant.now();
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        Samples.stage(api.catalog, Samples.STAGE, now);
        plan(true, PLAN);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void itShowsTheNextTenTimesInBothClocks() {
        JsonObject shown = api.get(api.owner, SCHEDULE).json();
        assertThat(shown.getString("cron")).isEqualTo("30 2 * * *");
        assertThat(shown.getString("timezone")).isEqualTo("Europe/Berlin");
        assertThat(shown.getBoolean("enabled")).isTrue();
        assertThat(shown.getBoolean("overlap")).isTrue();
        assertThat(shown.getJsonArray("next")).hasSize(10).allSatisfy(each -> {
            JsonObject time = (JsonObject) each;
            assertThat(OffsetDateTime.parse(time.getString("local")).toInstant())
                    .isEqualTo(Instant.parse(time.getString("utc")));
            assertThat(time.getString("local")).contains("T02:30:00+0");
        });
        assertThat(shown.encode()).doesNotContain("\"n\"");
        assertThat(api.get(api.owner, SCHEDULE.replace("hello", "none")).status()).isEqualTo(404);
        assertThat(api.get(api.stranger, SCHEDULE).status()).isEqualTo(404);
        Samples.stage(api.catalog, Samples.STAGE, now);
        assertThat(api.get(api.owner, SCHEDULE).status()).as("a stage without one").isEqualTo(404);
    }

    @Test
    void changesOfTheClockAreTold() {
        plan(true, new Plan("30 2 * 3,10 SUN", "Europe/Berlin", "{}", false)); // the last ones of both months
        assertThat(api.get(api.owner, SCHEDULE).json().getJsonArray("clock_changes")).isNotEmpty();
    }

    @Test
    void ownersSeeHowItGoesAndLetItGoOn() {
        Schedule set = await(api.schedules.put(new Schedule(Samples.STAGE, PLAN, state(Optional.empty()))));
        await(api.schedules.move(set, state(Optional.of("5 runs in a row failed"))));
        JsonObject shown = api.get(api.owner, SCHEDULE).json();
        assertThat(shown.getString("paused")).isEqualTo("5 runs in a row failed");
        assertThat(shown.getInteger("failures")).isEqualTo(5);
        assertThat(shown.getString("note")).isEqualTo("refused: /n must be a string");
        assertThat(shown.getString("last_run_id")).isEqualTo("run_9");
        assertThat(api.get(api.developer, SCHEDULE).status()).isEqualTo(403);

        assertThat(post(api.developer, SCHEDULE + "/resume").status()).isEqualTo(403);
        Answer resumed = post(api.owner, SCHEDULE + "/resume");
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(resumed.json().getString("paused")).isNull();
        assertThat(resumed.json().getInteger("failures")).isZero();
        assertThat(post(api.owner, SCHEDULE + "/resume").status()).isEqualTo(200);
        plan(false, PLAN);
        assertThat(post(api.owner, SCHEDULE + "/resume").status()).isEqualTo(409);
        assertThat(api.get(api.owner, SCHEDULE).json().getBoolean("enabled")).isFalse();
    }

    @Test
    void aRunNowIsARunLikeAnyOtherAlsoIfTheScheduleIsNotInForce() {
        assertThat(post(api.owner, RUN_NOW).status()).as("nothing deployed").isEqualTo(409);
        await(api.catalog.deploy(Samples.deployment(Samples.STAGE, "1.0.0", now), Optional.empty()));
        plan(false, PLAN);
        Answer made = post(api.owner, RUN_NOW);
        assertThat(made.status()).isEqualTo(202);
        assertThat(made.header("Location")).isEqualTo("/v1/runs/" + made.json().getString("run_id"));
        assertThat(made.json().getString("source")).isEqualTo("schedule");
        assertThat(made.json().getString("invoked_by")).isEqualTo("olga");
        assertThat(made.json().getJsonObject("input")).isEqualTo(new JsonObject().put("n", 1));
        assertThat(post(api.owner, RUN_NOW).json().getString("run_id")).isNotEqualTo(made.json().getString("run_id"));
        assertThat(post(api.developer, RUN_NOW).status()).isEqualTo(403);
        assertThat(post(api.stranger, RUN_NOW).status()).isEqualTo(404);
    }

    @Test
    void anIdempotencyKeyMakesItOneRun() {
        await(api.catalog.deploy(Samples.deployment(Samples.STAGE, "1.0.0", now), Optional.empty()));
        Answer first = post(api.owner, RUN_NOW, NO_BODY);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        plan(true, new Plan("0 0 * * *", "UTC", "{\"n\":2}", false));
        Answer again = post(api.owner, RUN_NOW, NO_BODY);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().getString("run_id")).isEqualTo(first.json().getString("run_id"));
        Samples.stage(api.catalog, Samples.STAGE, now);
        await(api.catalog.deploy(new Deployment(Samples.STAGE, "2.0.0", "up_2", "e".repeat(64),
                new PackageMetadata("", Optional.of("{\"required\":[\"m\"]}"), Optional.empty(), "main:handler",
                        List.of()),
                "olga", now), Optional.of("1.0.0")));
        assertThat(post(api.owner, RUN_NOW, NO_BODY).json().getString("run_id")).as("no schedule, a stricter version")
                .isEqualTo(first.json().getString("run_id"));
        assertThat(post(api.owner, RUN_NOW).status()).isEqualTo(404);
        StageRef other = new StageRef(Samples.TENANT, "hello", "qa");
        Samples.stage(api.catalog, other, now);
        await(api.catalog.put(new Stage(other, Samples.automated(), Optional.empty(), now, now)));
        await(api.catalog.deploy(Samples.deployment(other, "1.0.0", now), Optional.empty()));
        assertThat(post(api.owner, RUN_NOW.replace("prod", "qa"), NO_BODY).status()).isEqualTo(422);
        assertThat(post(api.owner, RUN_NOW, "Idempotency-Key", "no blank").status()).isEqualTo(400);
    }

    private Answer post(String key, String path, String... headers) {
        return api.send("POST", key, path, "", headers);
    }

    private void plan(boolean enabled, Plan plan) {
        await(api.catalog.put(new Stage(Samples.STAGE, Samples.automated(enabled, plan), Optional.empty(), now, now)));
    }

    private State state(Optional<String> paused) {
        return new State(0, now, now, paused.map(_ -> new RunId("run_9")).stream().toList(), 5, paused,
                Optional.of("refused: /n must be a string"), Optional.empty());
    }
}
