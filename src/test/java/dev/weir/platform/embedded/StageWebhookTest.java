package dev.weir.platform.embedded;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.run.Announcements;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.StageSubscriptions;
import dev.weir.feature.run.TenantSigningKeys;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.secret.SecretStore.Entry;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Dispatcher;
import dev.weir.feature.webhook.RetryRules;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.feature.webhook.Subscription;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Api;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a run's end to a receiver that checks signatures with a library nobody here wrote. */
class StageWebhookTest extends SqliteTest {
    private static final String KEY = secret(1);
    private static final String NEW_KEY = secret(2);

    private final Vertx vertx = Vertx.vertx();
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private SqliteSecretStore secrets;
    private SqliteDeliveryStore deliveries;
    private SqliteSkillCatalog catalog;
    private Webhooks webhooks;
    private Dispatcher dispatcher;
    private String url;

    private record Letter(Map<String, List<String>> headers, String body) {
        void verify(String secret) throws Exception {
            new Webhook(secret).verify(body, HttpHeaders.of(headers, (_, _) -> true));
        }
    }

    @BeforeEach
    void receive() {
        HttpServer receiver = Answers.of(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    letters.add(new Letter(request.headers().entries().stream().collect(Collectors.toMap(
                            each -> each.getKey(), each -> List.of(each.getValue()))), body.toString()));
                    request.response().setStatusCode(204).end();
                })).listen(0, "127.0.0.1"));
        url = "http://127.0.0.1:" + receiver.actualPort() + "/hook";
        InstantSource clock = InstantSource.system();
        secrets = SqliteSecretStore.open(database, directory.resolve("data"));
        deliveries = new SqliteDeliveryStore(database, 100);
        catalog = new SqliteSkillCatalog(database);
        var courier = Sender.courier(vertx);
        webhooks = new Webhooks(deliveries, courier, () -> {}, clock);
        dispatcher = new Dispatcher(new Dispatcher.Ports(deliveries, courier,
                new TenantSigningKeys(new SecretNames("aws", "eu-west-1", "000000000000", "local"), secrets),
                new StageSubscriptions(catalog), _ -> {}),
                new RetryRules(new Random()),
                new Dispatcher.Settings(4, 4, Duration.ofSeconds(5), Duration.ofMinutes(1)), clock);
    }

    @AfterEach
    void stop() {
        Answers.of(vertx.close());
    }

    @Test
    void theReferenceLibraryAcceptsWhatAStageSends() throws Exception {
        put("hook", KEY);
        Delivery made = announced("hook");
        assertThat(made.state()).isEqualTo(State.DELIVERED);
        letters.getFirst().verify(KEY);
        assertThat(letters.getFirst().headers()).containsEntry("webhook-id", List.of("msg_run_1"));
        assertThat(Api.json(letters.getFirst().body()).path("data").path("status").asText()).isEqualTo("succeeded");
    }

    @Test
    void aSecretThatChangesCountsFromTheNextTry() throws Exception {
        put("hook", KEY);
        announced(
                "arn:aws:secretsmanager:eu-west-1:000000000000:secret:agent-runner/local/tenant/acme/secrets/hook-AbCdEf");
        put("hook", NEW_KEY + " " + KEY);
        Answers.of(webhooks.redeliver(TENANT, "msg_run_1"));
        assertThat(sent().state()).isEqualTo(State.DELIVERED);
        for (String key : List.of(NEW_KEY, KEY)) {
            assertThatCode(() -> letters.getLast().verify(key)).doesNotThrowAnyException();
        }
        assertThat(letters).hasSize(2);
        assertThat(letters).map(Letter::body).containsOnly(letters.getFirst().body());
    }

    @Test
    void whatCannotBeSignedIsNeverSent() {
        Answers.of(secrets.put(new Entry(Samples.OTHER_TENANT, "hook", new Redacted(KEY), "eve", Instant.now())));
        assertThat(announced("hook")).satisfies(absent -> {
            assertThat(absent.state()).isEqualTo(State.REJECTED);
            assertThat(absent.note()).contains("the signing secret cannot be resolved");
        });
        put("hook", "no key");
        Answers.of(webhooks.redeliver(TENANT, "msg_run_1"));
        assertThat(sent().state()).isEqualTo(State.REJECTED);
        assertThat(letters).isEmpty();
    }

    private Delivery announced(String reference) {
        Instant now = Instant.now();
        Samples.stage(catalog, STAGE, now);
        Answers.of(catalog.put(new Stage(STAGE,
                new StageSettings(Stage.RunsIn.AGENT, Stage.Size.S, Duration.ofSeconds(60), Map.of(),
                        List.of(), 1, Optional.empty(), Optional.of(new Subscription(url, reference, "hook",
                                Set.of("run.succeeded"))),
                        Limits.NONE),
                Optional.empty(), now, now)));
        SqliteRunStore runs = new SqliteRunStore(database, InstantSource.system());
        RunId id = new RunId("run_1");
        Answers.of(runs.create(id, Samples.order(STAGE, now), Optional.empty()));
        Run claimed = Answers.of(runs.claim(id, now, now.plusSeconds(60))).orElseThrow();
        Answers.of(runs.finish(id, claimed.claim().fence(), Samples.succeeded(now)));
        Answers.of(new Announcements(catalog, webhooks).announce(Answers.of(runs.find(id)).orElseThrow()));
        return sent();
    }

    /** The delivery once it is not pending any more. */
    private Delivery sent() {
        Answers.of(dispatcher.pull());
        return await().until(() -> Answers.of(deliveries.find(TENANT, "msg_run_1")).orElseThrow(),
                each -> each.state() != State.PENDING);
    }

    private void put(String id, String value) {
        Answers.of(secrets.put(new Entry(TENANT, id, new Redacted(value), "ada", Instant.now())));
    }

    private static String secret(int seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }
}
