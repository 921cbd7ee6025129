package dev.weir.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Dispatcher;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.RetryRules;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryDeliveryStore;
import dev.weir.fixture.Post;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookVerticleTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Endpoint HERE = new Endpoint(Samples.STAGE, Samples.HOOK, "hook");

    private final Vertx vertx = Vertx.vertx();
    private final HandClock clock = new HandClock();
    private final MemoryDeliveryStore store = new MemoryDeliveryStore(2000);
    private final Post post = new Post();
    private final List<State> outcomes = new CopyOnWriteArrayList<>();
    private final Webhooks webhooks = new Webhooks(store, post,
            () -> vertx.eventBus().publish(WebhookVerticle.DUE, ""), clock);

    @AfterEach
    void close() {
        Answers.of(vertx.close());
    }

    @Test
    void whatIsAnnouncedIsSentAtOnce() {
        deploy(NEVER, NEVER);
        announce("run_1");
        await().until(() -> outcomes.size() == 1);
        assertThat(outcomes).containsExactly(State.DELIVERED);
    }

    @Test
    void whatBecomesDueIsSentWithoutAWord() {
        post.answers(Samples.HOOK, 500);
        deploy(Duration.ofMillis(5), NEVER);
        announce("run_1");
        await().until(() -> outcomes.size() == 1);
        post.answers(Samples.HOOK, 200);
        clock.advance(Duration.ofSeconds(10));
        await().until(() -> outcomes.size() == 2);
        assertThat(outcomes).containsExactly(State.PENDING, State.DELIVERED);
        assertThat(post.letters).map(each -> each.headers().get("webhook-id")).containsOnly("msg_run_1");
    }

    @Test
    void aStopWaitsForWhatIsUnderWayButNotForEver() {
        Promise<Reply> late = Promise.promise();
        post.answers(Samples.HOOK, late::future);
        String id = deploy(NEVER, NEVER);
        announce("run_1");
        await().until(() -> post.letters.size() == 1);
        Future<Void> stopped = vertx.undeploy(id);
        assertThat(stopped.isComplete()).isFalse();
        late.complete(new Reply.Answered(200, Optional.empty()));
        Answers.of(stopped);
        assertThat(outcomes).containsExactly(State.DELIVERED);

        post.answers(Samples.HOOK, () -> Promise.<Reply>promise().future());
        String impatient = deploy(NEVER, Duration.ofMillis(20));
        announce("run_2");
        await().until(() -> post.letters.size() == 2);
        Answers.of(vertx.undeploy(impatient));
        assertThat(outcomes).hasSize(1);
    }

    @Test
    void whatIsOldAndDoneWithIsForgotten() {
        for (int i = 0; i < 1200; i++) {
            announce("run_" + i);
        }
        String first = deploy(NEVER, NEVER);
        await().until(() -> outcomes.size() == 1200);
        Answers.of(vertx.undeploy(first));
        clock.advance(Duration.ofDays(30).plusSeconds(1));
        deploy(NEVER, NEVER);
        await().until(() -> Answers.of(store.forget(clock.instant(), 0)) == 0
                && Answers.of(store.find(Samples.TENANT, "msg_run_1199")).isEmpty());
    }

    private void announce(String run) {
        Answers.of(webhooks.announce(HERE, new RunId(run), "run.succeeded", "{}"));
    }

    private String deploy(Duration poll, Duration patience) {
        Redacted key = new Redacted("whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB");
        Dispatcher dispatcher = new Dispatcher(
                new Dispatcher.Ports(store, post, (_, _) -> Future.succeededFuture(Optional.of(key)),
                        _ -> Future.succeededFuture(true), outcomes::add),
                new RetryRules(new Random()),
                new Dispatcher.Settings(20, 20, Duration.ofSeconds(5), Duration.ofMinutes(1)), clock);
        return Answers.of(vertx.deployVerticle(new WebhookVerticle(dispatcher, store,
                new WebhookVerticle.Settings(poll, NEVER, Duration.ofDays(30), patience), clock)));
    }
}
