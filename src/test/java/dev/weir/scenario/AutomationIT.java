package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import dev.weir.fixture.Api;
import dev.weir.fixture.GatewayProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that run by themselves and tell a receiver how it went. */
class AutomationIT {
    private static final String SECRET = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    private static final String MAIN = "def handler(input):\n    return {\"twice\": 2 * input[\"n\"]}\n";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static final List<Letter> LETTERS = new CopyOnWriteArrayList<>();
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static HttpServer receiver;
    private static GatewayProcess gateway;
    private static Api owner;

    private record Letter(String path, Map<String, List<String>> headers, String body) {
        String id() {
            return headers.get("webhook-id").getFirst();
        }

        JsonNode data() {
            return Api.json(body).path("data");
        }
    }

    @BeforeAll
    static void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, List<String>> headers = exchange.getRequestHeaders().entrySet().stream()
                    .collect(Collectors.toMap(each -> each.getKey().toLowerCase(Locale.ROOT),
                            Map.Entry::getValue));
            LETTERS.add(new Letter(exchange.getRequestURI().getPath(), headers, body));
            boolean fails = exchange.getRequestURI().getPath().equals("/unsteady") && FAILURES.getAndDecrement() > 0;
            exchange.sendResponseHeaders(fails ? 500 : 204, -1);
            exchange.close();
        });
        receiver.start();
        gateway = new GatewayProcess(directory.resolve("data"), "skills.webhooks.allow-loopback=true").start();
        owner = gateway.api();
        owner.post("/v1/secrets", "{\"secret_id\":\"hook\",\"value\":\"" + SECRET + "\"}").expect(201);
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (receiver != null) {
            receiver.stop(0);
        }
    }

    @Test
    void theEndOfARunIsToldOnceVerifiablyAndOnceMoreOnRequest() {
        String stage = stage("steady", "");
        String run = owner.invoke("steady", "{\"n\":21}");
        assertThat(owner.over(run).path("status").asText()).isEqualTo("succeeded");
        JsonNode delivered = delivered(run);
        assertThat(delivered.path("type").asText()).isEqualTo("run.succeeded");
        assertThat(letters("/steady")).hasSize(1);
        Letter letter = letters("/steady").getFirst();
        assertThat(letter.id()).isEqualTo(delivered.path("delivery_id").asText());
        assertThatCode(
                () -> new Webhook(SECRET).verify(letter.body(), HttpHeaders.of(letter.headers(), (_, _) -> true)))
                .doesNotThrowAnyException();
        assertThat(letter.data().path("run_id").asText()).isEqualTo(run);
        assertThat(letter.data().path("output").path("twice").asInt()).isEqualTo(42);

        String delivery = "/v1/deliveries/" + letter.id();
        owner.send("POST", delivery + "/redeliver", BodyPublishers.noBody()).expect(202);
        await().atMost(PATIENCE).until(() -> owner.get(delivery).expect(200),
                shown -> shown.path("attempts").size() == 2 && shown.path("state").asText().equals("delivered"));
        assertThat(letters("/steady")).hasSize(2).allSatisfy(each -> {
            assertThat(each.id()).isEqualTo(letter.id());
            assertThat(each.body()).isEqualTo(letter.body());
        });
        String ping = owner.send("POST", stage + "/webhook/test", BodyPublishers.noBody()).expect(202)
                .path("delivery_id").asText();
        await().atMost(PATIENCE).until(() -> letters("/steady").stream().anyMatch(each -> each.id().equals(ping)));
        assertThat(gateway.log()).doesNotContain(SECRET, receiver.getAddress().getPort() + "/steady");
    }

    @Test
    void aReceiverThatFailsIsAskedAgain() {
        FAILURES.set(1);
        String stage = stage("unsteady", "");
        String run = owner.invoke("unsteady", "{\"n\":1}");
        JsonNode delivered = delivered(run);
        JsonNode attempts = owner.get("/v1/deliveries/" + delivered.path("delivery_id").asText()).expect(200)
                .path("attempts");
        assertThat(attempts.findValuesAsText("outcome")).containsExactly("500", "204");
        assertThat(letters("/unsteady")).hasSize(2).map(Letter::id)
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
        stage("ticking", ",\"schedule_enabled\":true,\"schedule_cron\":\"* * * * *\",\"schedule_input\":{\"n\":7}");
        JsonNode runs = await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(
                () -> owner.get("/v1/runs?skill=ticking&status=succeeded").expect(200).path("runs"),
                found -> !found.isEmpty());
        assertThat(runs.get(0).path("source").asText()).isEqualTo("schedule");
        assertThat(runs.get(0).path("invoked_by").asText()).isEqualTo("schedule");
        assertThat(delivered(runs.get(0).path("run_id").asText()).path("state").asText()).isEqualTo("delivered");
    }

    /** A deployed stage whose runs are told to the path of the skill's name; its own path. */
    private static String stage(String skill, String settings) {
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + skill;
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

    private static List<Letter> letters(String path) {
        return LETTERS.stream().filter(each -> each.path().equals(path)).toList();
    }
}
