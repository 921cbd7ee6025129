package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import dev.weir.fixture.Api;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.WebhookReceiver;
import dev.weir.fixture.WebhookReceiver.Letter;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that run by themselves and tell a receiver how it went. */
class AutomationIT {
    private static final String MAIN = "def handler(input):\n    return {\"twice\": 2 * input[\"n\"]}\n";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static WebhookReceiver receiver;
    private static GatewayProcess gateway;
    private static Api owner;

    @BeforeAll
    static void start() throws IOException {
        receiver = new WebhookReceiver();
        gateway = new GatewayProcess(directory.resolve("data"), "skills.webhooks.allow-loopback=true").start();
        owner = gateway.api();
        owner.post("/v1/secrets", "{\"secret_id\":\"hook\",\"value\":\"" + WebhookReceiver.SECRET + "\"}").expect(201);
        // Its time comes once a minute: it may come while the others are looked at.
        stage("ticking", ",\"schedule_enabled\":true,\"schedule_cron\":\"* * * * *\",\"schedule_input\":{\"n\":7}");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    @Test
    void theEndOfARunIsToldOnceVerifiablyAndOnceMoreOnRequest() {
        String stage = stage("steady", "");
        String run = owner.invoke("steady", "{\"n\":21}");
        assertThat(owner.over(run).path("status").asText()).isEqualTo("succeeded");
        JsonNode delivered = delivered(run);
        assertThat(delivered.path("type").asText()).isEqualTo("run.succeeded");
        assertThat(receiver.letters("/steady")).hasSize(1);
        Letter letter = receiver.letters("/steady").getFirst();
        assertThat(letter.id()).isEqualTo(delivered.path("delivery_id").asText());
        assertThatCode(
                () -> new Webhook(WebhookReceiver.SECRET).verify(letter.body(),
                        HttpHeaders.of(letter.headers(), (_, _) -> true)))
                .doesNotThrowAnyException();
        assertThat(letter.data().path("run_id").asText()).isEqualTo(run);
        assertThat(letter.data().path("output").path("twice").asInt()).isEqualTo(42);

        String delivery = "/v1/deliveries/" + letter.id();
        owner.send("POST", delivery + "/redeliver", BodyPublishers.noBody()).expect(202);
        await().atMost(PATIENCE).until(() -> owner.get(delivery).expect(200),
                shown -> shown.path("attempts").size() == 2 && shown.path("state").asText().equals("delivered"));
        assertThat(receiver.letters("/steady")).hasSize(2).allSatisfy(each -> {
            assertThat(each.id()).isEqualTo(letter.id());
            assertThat(each.body()).isEqualTo(letter.body());
        });
        String ping = owner.send("POST", stage + "/webhook/test", BodyPublishers.noBody()).expect(202)
                .path("delivery_id").asText();
        await().atMost(PATIENCE)
                .until(() -> receiver.letters("/steady").stream().anyMatch(each -> each.id().equals(ping)));
        assertThat(gateway.log()).doesNotContain(WebhookReceiver.SECRET, receiver.url("/steady"));
    }

    @Test
    void aReceiverThatFailsIsAskedAgain() {
        receiver.fail("/unsteady", 1);
        String stage = stage("unsteady", "");
        String run = owner.invoke("unsteady", "{\"n\":1}");
        JsonNode delivered = delivered(run);
        JsonNode attempts = owner.get("/v1/deliveries/" + delivered.path("delivery_id").asText()).expect(200)
                .path("attempts");
        assertThat(attempts.findValuesAsText("outcome")).containsExactly("500", "204");
        assertThat(receiver.letters("/unsteady")).hasSize(2).map(Letter::id)
                .containsOnly(delivered.path("delivery_id").asText());
        assertThat(owner.get(stage + "/webhook").expect(200).path("failures").asInt()).isZero();
    }

    @Test
    void aScheduleShowsItsTimesAndRunsWhenItIsTold() {
        String stage = stage("timed", ",\"schedule_enabled\":true,\"schedule_cron\":\"30 2 29 2 *\","
                + "\"schedule_timezone\":\"Europe/Berlin\",\"schedule_input\":{\"n\":5}");
        JsonNode shown = owner.get(stage + "/schedule").expect(200);
        assertThat(shown.path("next")).hasSize(10).allSatisfy(
                time -> assertThat(OffsetDateTime.parse(time.path("local").asText()).toInstant())
                        .isEqualTo(Instant.parse(time.path("utc").asText())));
        Api.Answer made = owner.send("POST", stage + "/schedule/run-now", BodyPublishers.noBody(), "Idempotency-Key",
                "now-1");
        String run = made.expect(202).path("run_id").asText();
        Api.Answer again = owner.send("POST", stage + "/schedule/run-now", BodyPublishers.noBody(), "Idempotency-Key",
                "now-1");
        assertThat(again.expect(202).path("run_id").asText()).isEqualTo(run);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        JsonNode over = owner.over(run);
        assertThat(over.path("source").asText()).isEqualTo("schedule");
        assertThat(over.path("output").path("twice").asInt()).isEqualTo(10);
        assertThat(delivered(run).path("type").asText()).isEqualTo("run.succeeded");
    }

    @Test
    void aTimeThatHasComeStartsARunByItself() {
        JsonNode runs = await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(
                () -> owner.get("/v1/runs?skill=ticking&status=succeeded").expect(200).path("runs"),
                found -> !found.isEmpty());
        assertThat(runs.get(0).path("source").asText()).isEqualTo("schedule");
        assertThat(runs.get(0).path("invoked_by").asText()).isEqualTo("schedule");
        assertThat(delivered(runs.get(0).path("run_id").asText()).path("state").asText()).isEqualTo("delivered");
    }

    /** A deployed stage whose runs are told to the path of the skill's name; its own path. */
    private static String stage(String skill, String settings) {
        String url = receiver.url("/" + skill);
        owner.deploy(skill, "{\"timeout_seconds\":60,\"webhook_url\":\"" + url + "\",\"webhook_secret_arn\":\"hook\""
                + settings + "}", Api.zip(MAIN));
        return "/v1/skills/" + skill + "/stages/prod";
    }

    /** What tells of the run, once it has arrived. */
    private static JsonNode delivered(String run) {
        JsonNode found = await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(
                () -> owner.get("/v1/runs/" + run + "/deliveries").expect(200).path("deliveries"),
                all -> all.size() == 1 && all.get(0).path("state").asText().equals("delivered"));
        return found.get(0);
    }
}
