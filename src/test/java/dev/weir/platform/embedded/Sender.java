package dev.weir.platform.embedded;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Dispatcher;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.RetryRules;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import dev.weir.platform.http.GuardedCourier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/** Announces {@value #LETTERS} runs, then delivers what it announced. {@link SenderKillTest} ends it. */
final class Sender {
    static final int LETTERS = 120;
    static final int AT_ONCE = 12;
    static final Duration LEASE = Duration.ofMinutes(1);
    private static final int ENDPOINTS = 4;

    private Sender() {}

    public static void main(String[] arguments) {
        SqliteDatabase database = SqliteDatabase.open(Path.of(arguments[0]));
        SqliteDeliveryStore store = new SqliteDeliveryStore(database, LETTERS);
        GuardedCourier courier = courier(Vertx.vertx());
        Webhooks webhooks = new Webhooks(store, courier, () -> {}, InstantSource.system());
        for (int i = 0; i < LETTERS; i++) {
            Endpoint endpoint = new Endpoint(Samples.STAGE, "http://127.0.0.1:" + arguments[1] + "/" + i % ENDPOINTS,
                    "key");
            Answers.of(webhooks.announce(endpoint, RunId.create(Instant.now()), "run.succeeded", "{}"));
        }
        Answers.of(dispatcher(store, courier, InstantSource.system()).pull());
    }

    static GuardedCourier courier(Vertx vertx) {
        return new GuardedCourier(vertx, new GuardedCourier.Settings(Duration.ofSeconds(15), true, ""),
                InstantSource.system());
    }

    static Dispatcher dispatcher(SqliteDeliveryStore store, GuardedCourier courier, InstantSource clock) {
        Redacted key = new Redacted("whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB");
        return new Dispatcher(
                new Dispatcher.Ports(store, courier, (_, _) -> Future.succeededFuture(Optional.of(key)),
                        _ -> Future.succeededFuture(true), _ -> {}),
                new RetryRules(new Random()), new Dispatcher.Settings(AT_ONCE, AT_ONCE, Duration.ofSeconds(5), LEASE),
                clock);
    }
}
