package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Answers;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stage's schedule, webhook and limits over real HTTP: what is kept, what is refused and why. */
class StageAutomationTest {
    private static final StageRef STAGE = new StageRef(new TenantId("acme"), "echo", "prod");
    private static final String PATH = "/v1/skills/echo/stages/prod";

    private static final String SCHEMA = """
            {"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}""";

    private static final String WEBHOOK = "{\"webhook_url\":\"%s\",\"webhook_secret_arn\":\"hook\"}";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.send("POST", api.owner, "/v1/skills", "{\"name\":\"echo\"}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void everythingIsKeptAndShownToOwnersOnly() {
        secret(api.owner, "hook", "whsec_" + "A".repeat(44));
        var settings = new JsonObject()
                .put("schedule_enabled", true)
                .put("schedule_cron", "30 6 * * MON-FRI")
                .put("schedule_timezone", "Europe/Berlin")
                .put("schedule_input", new JsonObject().put("a", 1))
                .put("schedule_overlap", true)
                .put("webhook_url", "https://example.com/hook?token=t0ken")
                .put("webhook_secret_arn", "hook")
                .put("webhook_events", new JsonArray().add("run.failed"))
                .put("limits", new JsonObject().put("runs_per_day", 0).put("billable_minutes_per_month", 90));

        var put = api.send("PUT", api.owner, PATH, settings.encode());

        assertThat(put.status()).isEqualTo(200);
        settings.forEach(each -> assertThat(put.json().getValue(each.getKey())).isEqualTo(each.getValue()));
        assertThat(api.get(api.owner, PATH).json()).isEqualTo(put.json());
        var seen = api.get(api.developer, PATH).json();
        assertThat(seen.fieldNames()).noneMatch(field -> field.startsWith("schedule") || field.startsWith("webhook")
                || field.equals("limits"));
        assertThat(Answers.of(api.schedules.find(STAGE)).orElseThrow().plan().zone()).isEqualTo("Europe/Berlin");
    }

    @Test
    void aScheduleThatIsOffOrGoneDoesNotRun() {
        put("{\"schedule_enabled\":true,\"schedule_cron\":\"* * * * *\"}");
        assertThat(Answers.of(api.schedules.find(STAGE))).isPresent();
        put("{\"schedule_enabled\":false,\"schedule_cron\":\"* * * * *\"}");
        assertThat(Answers.of(api.schedules.find(STAGE))).isEmpty();
        put("{\"schedule_enabled\":true,\"schedule_cron\":\"* * * * *\"}");
        put("{}");
        assertThat(Answers.of(api.schedules.find(STAGE))).isEmpty();
        put("{\"schedule_enabled\":true,\"schedule_cron\":\"* * * * *\"}");
        assertThat(api.delete(api.owner, PATH).status()).isEqualTo(204);
        assertThat(Answers.of(api.schedules.find(STAGE))).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsNamed() {
        secret(api.owner, "plain", "not a signing key");
        secret(api.stranger, "theirs", "whsec_" + "A".repeat(44));
        assertThat(refused("{\"schedule_cron\":\"61 * * * *\",\"schedule_timezone\":\"Mars/Olympus\","
                + "\"webhook_url\":\"http://10.0.0.1/\",\"webhook_secret_arn\":\"plain\","
                + "\"secret_refs\":[{\"env\":\"A\",\"secret_id\":\"absent\"}]}"))
                .containsExactlyInAnyOrder("/schedule_cron", "/schedule_timezone", "/webhook_url",
                        "/webhook_secret_arn",
                        "/secret_refs/0/secret_id");
        assertThat(refused("{\"webhook_url\":\"https://a.example\",\"webhook_secret_arn\":\"theirs\"}"))
                .containsExactly("/webhook_secret_arn");
        assertThat(refused("{\"webhook_url\":\"https://a.example\",\"webhook_secret_arn\":"
                + "\"arn:aws:secretsmanager:us-east-1:000000000000:secret:agent-runner/local/tenant/rival/secrets/theirs-abcdef\"}"))
                .containsExactly("/webhook_secret_arn");
        assertThat(refused("{\"webhook_url\":\"https://a.example\"}")).containsExactly("/webhook_secret_arn");
        assertThat(refused("{\"schedule_enabled\":true}")).containsExactly("/schedule_cron");
        assertThat(refused("{\"webhook_events\":[\"run.exploded\"]}")).containsExactly("/webhook_events/0",
                "/webhook_url");
        assertThat(refused("{\"limits\":{\"runs_per_hour\":-1,\"runs_per_week\":5}}"))
                .containsExactlyInAnyOrder("/limits/runs_per_hour", "/limits/runs_per_week");
        assertThat(refused("{\"schedule_enabled\":\"yes\",\"limits\":[]}"))
                .containsExactlyInAnyOrder("/schedule_enabled", "/limits");
    }

    @Test
    void anInputThatTheFrozenSchemaDoesNotTakeIsRefused() {
        put("{}");
        Answers.of(api.catalog.deploy(new Deployment(STAGE, "1.0.0", "up-1", "cd".repeat(32),
                new PackageMetadata("d", Optional.of(SCHEMA), Optional.empty(), "main.handler", List.of()), "olga",
                Instant.EPOCH), Optional.empty()));
        assertThat(refused("{\"schedule_cron\":\"0 0 * * *\"}")).hasSize(1).allMatch(
                pointer -> pointer.startsWith("/schedule_input"));
        assertThat(refused("{\"schedule_cron\":\"0 0 * * *\",\"schedule_input\":{\"n\":\"x\"}}"))
                .containsExactly("/schedule_input/n");
        put("{\"schedule_cron\":\"0 0 * * *\",\"schedule_input\":{\"n\":1}}");
    }

    @Test
    void aSigningKeyInUseIsNotDeleted() {
        secret(api.owner, "hook", "whsec_" + "A".repeat(44));
        put("{\"webhook_url\":\"https://a.example\",\"webhook_secret_arn\":\"hook\"}");
        assertThat(api.delete(api.owner, "/v1/secrets/hook").status()).isEqualTo(409);
        put("{}");
        assertThat(api.delete(api.owner, "/v1/secrets/hook").status()).isEqualTo(204);
    }

    @Test
    void whatWaitsToBeToldEndsWithTheWebhook() {
        secret(api.owner, "hook", "whsec_" + "A".repeat(44));
        put(WEBHOOK.formatted("https://a.example"));
        String kept = test();
        put(WEBHOOK.formatted("https://a.example"));
        assertThat(state(kept)).as("the same place").isEqualTo("pending");
        put(WEBHOOK.formatted("https://b.example"));
        assertThat(state(kept)).as("another place").isEqualTo("failed");
        String removed = test();
        put("{}");
        assertThat(state(removed)).as("no place").isEqualTo("failed");
        put(WEBHOOK.formatted("https://a.example"));
        String deleted = test();
        assertThat(api.delete(api.owner, PATH).status()).isEqualTo(204);
        assertThat(state(deleted)).as("no stage").isEqualTo("failed");
        assertThat(api.get(api.owner, "/v1/deliveries/" + deleted).json().encode())
                .contains("the webhook was removed");
    }

    private String test() {
        return api.send("POST", api.owner, PATH + "/webhook/test", "").json().getString("delivery_id");
    }

    private String state(String delivery) {
        return api.get(api.owner, "/v1/deliveries/" + delivery).json().getString("state");
    }

    private void put(String body) {
        assertThat(api.send("PUT", api.owner, PATH, body).status()).isEqualTo(200);
    }

    private List<String> refused(String body) {
        var answer = api.send("PUT", api.owner, PATH, body);
        assertThat(answer.status()).isEqualTo(400);
        return answer.json().getJsonArray("errors").stream()
                .map(each -> ((JsonObject) each).getString("pointer")).toList();
    }

    private void secret(String key, String id, String value) {
        assertThat(api.send("PUT", key, "/v1/secrets/" + id, new JsonObject().put("value", value).encode()).status())
                .isBetween(200, 201);
    }
}
