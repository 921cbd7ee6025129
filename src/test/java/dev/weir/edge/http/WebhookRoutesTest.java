package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Role;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The webhook desk over real HTTP, with nobody to send anything. */
class WebhookRoutesTest {
    private static final String WEBHOOK = "/v1/skills/hello/stages/prod/webhook";
    private static final String DELIVERY = "/v1/deliveries/msg_run_1";
    private static final RunId RUN = new RunId("run_1");

    private final Instant now = Instant.now();
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        Samples.stage(api.catalog, Samples.STAGE, now);
        await(api.catalog.put(new Stage(Samples.STAGE, Samples.automated(), Optional.empty(), now, now)));
        await(api.runs.create(RUN,
                new RunOrder(RunKind.HANDLER, Samples.STAGE, "1.0.0", "api", "dora", "{}", Duration.ofSeconds(9), 1,
                        Line.SHORT, now),
                Optional.empty()));
        await(api.deliveries.add(new Delivery("msg_run_1", endpoint(), Optional.of(RUN), "run.failed",
                Buffer.buffer("{}"), Delivery.State.PENDING, 0, now, now, Optional.empty()), false));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void whoMayReadTheRunSeesWhatTellsOfIt() {
        for (String key : List.of(api.owner, api.developer)) {
            JsonObject shown = api.get(key, "/v1/runs/run_1/deliveries").json().getJsonArray("deliveries")
                    .getJsonObject(0);
            assertThat(shown.getString("delivery_id")).isEqualTo("msg_run_1");
            assertThat(shown.getString("type")).isEqualTo("run.failed");
            assertThat(shown.getString("state")).isEqualTo("pending");
            assertThat(shown.getString("next_try_at")).isEqualTo(now.toString());
            assertThat(shown.encode()).doesNotContain("hooks.weir.dev", "secret");
        }
        String other = api.key("acme", "erik", Role.DEVELOPER);
        assertThat(api.get(other, "/v1/runs/run_1/deliveries").status()).isEqualTo(404);
        assertThat(api.get(api.stranger, "/v1/runs/run_1/deliveries").status()).isEqualTo(404);
    }

    @Test
    void aDeliveryTellsOfEveryTryAndIsSentOnceMore() {
        settle(Delivery.State.FAILED, new Health(12, Optional.of(now), now.plusSeconds(60), Optional.of("dead")));
        JsonObject story = api.get(api.owner, DELIVERY).json();
        assertThat(story.getString("state")).isEqualTo("failed");
        assertThat(story.getString("note")).isEqualTo("given up");
        assertThat(story.getValue("next_try_at")).isNull();
        assertThat(story.getJsonArray("attempts").getJsonObject(0)).isEqualTo(new JsonObject().put("n", 1)
                .put("at", now.toString()).put("took_ms", 7).put("outcome", "500"));
        assertThat(story.encode()).doesNotContain("hooks.weir.dev", "\"hook\"");

        assertThat(post(api.developer, DELIVERY + "/redeliver").status()).isEqualTo(403);
        assertThat(post(api.stranger, DELIVERY + "/redeliver").status()).isEqualTo(404);
        assertThat(api.hints).hasValue(0);
        Answer again = post(api.owner, DELIVERY + "/redeliver");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().getString("state")).isEqualTo("pending");
        assertThat(again.json().getString("delivery_id")).isEqualTo("msg_run_1");
        assertThat(api.hints).hasValue(1);
        assertThat(api.get(api.owner, DELIVERY).json().getJsonArray("attempts")).hasSize(1);
        assertThat(api.get(api.owner, "/v1/deliveries/none").status()).isEqualTo(404);
        assertThat(api.get(api.stranger, DELIVERY).status()).isEqualTo(404);
    }

    @Test
    void howTheEndpointFaresIsShownAndMended() {
        assertThat(api.get(api.owner, WEBHOOK).json()).isEqualTo(new JsonObject().put("failures", 0)
                .putNull("failing_since").putNull("open_until").putNull("disabled"));
        settle(Delivery.State.FAILED, new Health(12, Optional.of(now), now.plusSeconds(60), Optional.of("dead")));
        JsonObject bad = api.get(api.owner, WEBHOOK).json();
        assertThat(bad.getInteger("failures")).isEqualTo(12);
        assertThat(bad.getString("failing_since")).isEqualTo(now.toString());
        assertThat(bad.getString("open_until")).isEqualTo(now.plusSeconds(60).toString());
        assertThat(bad.getString("disabled")).isEqualTo("dead");
        assertThat(post(api.owner, WEBHOOK + "/enable").json().getString("disabled")).isNull();
        assertThat(api.get(api.owner, WEBHOOK).json().getInteger("failures")).isZero();
        assertThat(api.get(api.developer, WEBHOOK).status()).isEqualTo(403);
    }

    @Test
    void aTestIsADeliveryOfItsOwn() {
        Answer made = post(api.owner, WEBHOOK + "/test");
        assertThat(made.status()).isEqualTo(202);
        assertThat(made.json().getString("type")).isEqualTo("webhook.test");
        assertThat(made.json().getValue("run_id")).isNull();
        assertThat(api.get(api.owner, "/v1/deliveries/" + made.json().getString("delivery_id")).status())
                .isEqualTo(200);
        assertThat(post(api.developer, WEBHOOK + "/test").status()).isEqualTo(403);
        Samples.stage(api.catalog, Samples.STAGE, now);
        for (String path : List.of(WEBHOOK + "/test", WEBHOOK + "/enable")) {
            assertThat(post(api.owner, path).status()).as("a stage without one").isEqualTo(404);
        }
        assertThat(api.get(api.owner, WEBHOOK).status()).isEqualTo(404);
    }

    private Answer post(String key, String path) {
        return api.send("POST", key, path, "");
    }

    private void settle(Delivery.State state, Health health) {
        Leased leased = await(api.deliveries.lease(new Room(1, 1, 1), now, now.plusSeconds(9))).getFirst();
        await(api.deliveries.settle(leased, now, Duration.ofMillis(7),
                _ -> new Step(state, now, "500", Optional.of("given up"), health)));
    }

    private static Endpoint endpoint() {
        return Samples.automated().webhook().orElseThrow().endpoint(Samples.STAGE);
    }
}
