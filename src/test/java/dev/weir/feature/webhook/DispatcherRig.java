package dev.weir.feature.webhook;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryDeliveryStore;
import dev.weir.fixture.Post;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import dev.weir.wire.webhook.SigningKey;
import dev.weir.wire.webhook.WebhookSignature;
import dev.weir.wire.webhook.WebhookSignature.Headers;
import dev.weir.wire.webhook.WebhookSignature.Verdict;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A dispatcher over a store in memory and a courier that answers as the test says; everything happens in the test's thread. */
class DispatcherRig {
    static final String KEY = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    static final String OLD_KEY = "whsec_AgICAgICAgICAgICAgICAgICAgICAgIC";
    static final String HERE = "https://hooks.weir.dev/here";
    static final String DEAD = "https://dead.weir.dev/";
    static final Duration LOOK_UP = Duration.ofMillis(100);
    static final Duration LEASE = Duration.ofMinutes(1);

    final HandClock clock = new HandClock();
    final MemoryDeliveryStore store = new MemoryDeliveryStore(1000);
    final Post post = new Post();
    Future<Optional<Redacted>> keys = Future.succeededFuture(Optional.of(new Redacted(KEY)));
    Future<Boolean> subscribed = Future.succeededFuture(true);
    final List<State> outcomes = new CopyOnWriteArrayList<>();
    final Dispatcher dispatcher = dispatcher();
    final Webhooks webhooks = new Webhooks(store, post, () -> {}, clock);

    Dispatcher dispatcher() {
        return dispatcher((_, _) -> keys);
    }

    Dispatcher dispatcher(SigningKeys keys) {
        return new Dispatcher(new Dispatcher.Ports(store, post, keys, _ -> subscribed,
                outcomes::add),
                new RetryRules(new Random(1)),
                new Dispatcher.Settings(20, 2, LOOK_UP, LEASE), clock);
    }

    void pull() {
        Answers.of(dispatcher.pull());
    }

    Delivery announce(String url) {
        return Answers.of(webhooks.announce(endpoint(url), RunId.create(clock.instant()), "run.succeeded",
                "{\"a\":1}"));
    }

    Delivery find(Delivery delivery) {
        return Answers.of(store.find(Samples.TENANT, delivery.id())).orElseThrow();
    }

    State state(Delivery delivery) {
        return find(delivery).state();
    }

    List<Try> tries(Delivery delivery) {
        return Answers.of(store.tries(Samples.TENANT, delivery.id()));
    }

    Health health(String url) {
        return Answers.of(store.health(Samples.STAGE, url));
    }

    Verdict verify(Letter letter, String key) {
        return WebhookSignature.verify(SigningKey.read(new Redacted(key)).orElseThrow(),
                new Headers(Optional.of(letter.headers().get("webhook-id")),
                        Optional.of(letter.headers().get("webhook-timestamp")),
                        Optional.of(letter.headers().get("webhook-signature"))),
                letter.body().getBytes(), clock.instant());
    }

    static Endpoint endpoint(String url) {
        return new Endpoint(Samples.STAGE, url, "hook-key");
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
