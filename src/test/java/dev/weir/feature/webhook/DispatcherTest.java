package dev.weir.feature.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Courier.Fault;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryDeliveryStore;
import dev.weir.fixture.Post;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Redacted;
import dev.weir.wire.webhook.SigningKey;
import dev.weir.wire.webhook.WebhookSignature;
import dev.weir.wire.webhook.WebhookSignature.Headers;
import dev.weir.wire.webhook.WebhookSignature.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest {
    private static final String KEY = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    private static final String OLD_KEY = "whsec_AgICAgICAgICAgICAgICAgICAgICAgIC";
    private static final String HERE = "https://hooks.weir.dev/here";
    private static final String DEAD = "https://dead.weir.dev/";
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final HandClock clock = new HandClock();
    private final MemoryDeliveryStore store = new MemoryDeliveryStore(1000);
    private final Post post = new Post();
    private Future<Optional<Redacted>> keys = Future.succeededFuture(Optional.of(new Redacted(KEY)));
    private final List<State> outcomes = new CopyOnWriteArrayList<>();
    private final Dispatcher dispatcher = dispatcher();
    private final Webhooks webhooks = new Webhooks(store, post, () -> {}, clock);

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void anyTwoHundredIsSuccessAndTheLetterIsSigned(int status) {
        post.answers(HERE, status);
        Delivery made = announce(HERE);
        pull();
        assertThat(state(made)).isEqualTo(State.DELIVERED);
        Letter letter = post.letters.getFirst();
        assertThat(letter.body().toString())
                .isEqualTo("{\"type\":\"run.succeeded\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{\"a\":1}}");
        assertThat(letter.headers()).containsEntry("webhook-id", "msg_" + made.run().orElseThrow().value());
        assertThat(verify(letter, KEY)).isEqualTo(Verdict.GOOD);
        assertThat(outcomes).containsExactly(State.DELIVERED);
        assertThat(letter.toString()).doesNotContain("run.succeeded", HERE);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 199, 300, 301, 302, 304, 307, 400, 401, 404, 429, 500, 503})
    void nothingElseIs(int status) {
        post.answers(HERE, status);
        Delivery made = announce(HERE);
        pull();
        assertThat(state(made)).isEqualTo(State.PENDING);
        assertThat(tries(made)).map(Try::outcome).containsExactly("" + status);
    }

    @Test
    void elevenTriesOverAboutADayUnderOneId() {
        post.answers(HERE, 500);
        Delivery made = announce(HERE);
        List<Instant> times = new ArrayList<>();
        while (state(made) == State.PENDING) {
            clock.advance(Duration.between(clock.instant(), later(find(made).nextAt(), health(HERE).openUntil())));
            times.add(clock.instant());
            pull();
            assertThat(verify(post.letters.getLast(), KEY)).as("signed with the time of the try")
                    .isEqualTo(Verdict.GOOD);
        }
        assertThat(post.letters).hasSize(11);
        assertThat(post.letters).map(each -> each.headers().get("webhook-id")).containsOnly(made.id());
        assertThat(post.letters).map(each -> each.body().toString()).containsOnly(made.body().toString());
        assertThat(post.letters).map(each -> each.headers().get("webhook-timestamp")).doesNotHaveDuplicates();
        assertThat(Duration.between(times.getFirst(), times.getLast())).isBetween(Duration.ofHours(21),
                Duration.ofHours(27));
        assertThat(find(made).note()).contains("given up after 11 tries");
        assertThat(tries(made)).map(Try::n).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void goneIsGone() {
        post.answers(HERE, 410);
        Delivery first = announce(HERE);
        clock.advance(Duration.ofMillis(1));
        List<Delivery> waiting = List.of(announce(HERE), announce(HERE), announce(HERE));
        pull();
        clock.advance(Duration.ofDays(2));
        pull();
        assertThat(state(first)).isEqualTo(State.FAILED);
        assertThat(waiting).map(this::state).containsOnly(State.FAILED);
        assertThat(health(HERE).disabled()).contains("the receiver answered 410 Gone");
        assertThat(announce(HERE).note()).contains(DeliveryStore.DISABLED);
        assertThat(post.letters).as("no more than were under way").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whoeverAsksToWaitIsWaitedFor() {
        post.answers(HERE, 429, Duration.ofMinutes(20));
        Delivery first = announce(HERE);
        pull();
        Delivery second = announce(HERE);
        post.answers(HERE, 200);
        clock.advance(Duration.ofMinutes(20).minusMillis(1));
        pull();
        assertThat(post.letters).as("neither it nor another").hasSize(1);
        clock.advance(Duration.ofMillis(1));
        pull();
        assertThat(List.of(state(first), state(second))).containsOnly(State.DELIVERED);
    }

    @Test
    void aReceiverThatHangsHoldsUpNobodyElse() {
        List<Promise<Reply>> hanging = new ArrayList<>();
        post.answers(DEAD, () -> {
            hanging.add(Promise.promise());
            return hanging.getLast().future();
        });
        post.answers(HERE, 200);
        for (int i = 0; i < 50; i++) {
            announce(DEAD);
        }
        List<Delivery> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(announce(HERE));
        }
        pull();
        assertThat(others).map(this::state).containsOnly(State.DELIVERED);
        assertThat(hanging).as("its share, and no more").hasSize(2);
    }

    @Test
    void aDeadReceiverIsLeftAloneAndThenTriedWithOneLetter() {
        post.answers(DEAD, () -> Future.succeededFuture(new Reply.Failed(Fault.UNREACHABLE)));
        for (int i = 0; i < 300; i++) {
            announce(DEAD);
        }
        pull();
        long atFirst = post.sentTo(DEAD);
        assertThat(atFirst).isBetween(5L, 6L);
        clock.advance(Duration.ofSeconds(29));
        pull();
        assertThat(post.sentTo(DEAD)).isEqualTo(atFirst);
        clock.advance(Duration.ofMinutes(1));
        pull();
        assertThat(post.sentTo(DEAD)).as("one, to see").isEqualTo(atFirst + 1);
        clock.advance(Duration.ofMinutes(20));
        post.answers(DEAD, 200);
        pull();
        assertThat(post.sentTo(DEAD)).as("all that is due, now that it is back").isGreaterThan(290);
        assertThat(health(DEAD)).isEqualTo(Health.GOOD);
    }

    @Test
    void aDayOfNothingButFailuresDisables() {
        post.answers(DEAD, 500);
        Instant since = clock.instant();
        int rounds = 0;
        for (; health(DEAD).disabled().isEmpty() && rounds < 200; rounds++) {
            announce(DEAD);
            pull();
            clock.advance(Duration.ofMinutes(15));
        }
        assertThat(health(DEAD).disabled())
                .contains("nothing but failures since " + since + "; the last was 500");
        assertThat(rounds).isBetween(96, 98);
        post.answers(DEAD, 200);
        Delivery made = announce(DEAD);
        assertThat(made.note()).contains(DeliveryStore.DISABLED);
        Answers.of(store.enable(Samples.STAGE, DEAD));
        Answers.of(webhooks.redeliver(Samples.TENANT, made.id()));
        pull();
        assertThat(state(made)).isEqualTo(State.DELIVERED);
    }

    @Test
    void oneSuccessStartsTheCountAnew() {
        for (int i = 0; i < 60; i++) {
            post.answers(DEAD, i % 10 == 9 ? 200 : 500);
            announce(DEAD);
            pull();
            clock.advance(Duration.ofHours(2));
        }
        assertThat(health(DEAD).disabled()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2", "whsec_short", KEY + " " + OLD_KEY + " " + KEY})
    void whatCannotBeSignedIsRejectedAndNeverSent(String value) {
        keys = Future.succeededFuture(value.isEmpty() ? Optional.empty() : Optional.of(new Redacted(value)));
        Delivery made = announce(HERE);
        pull();
        clock.advance(Duration.ofDays(2));
        pull();
        assertThat(find(made)).satisfies(after -> {
            assertThat(after.state()).isEqualTo(State.REJECTED);
            assertThat(after.note()).contains("the signing secret cannot be resolved");
        });
        assertThat(post.letters).isEmpty();
        assertThat(health(HERE)).isEqualTo(Health.GOOD);
        keys = Future.succeededFuture(Optional.of(new Redacted(KEY)));
        post.answers(HERE, 200);
        Answers.of(webhooks.redeliver(Samples.TENANT, made.id()));
        pull();
        assertThat(state(made)).isEqualTo(State.DELIVERED);
    }

    @Test
    void whileNobodyKnowsTheKeysItWaitsUnsent() {
        keys = Future.failedFuture("away");
        Delivery made = announce(HERE);
        pull();
        assertThat(state(made)).isEqualTo(State.PENDING);
        assertThat(post.letters).isEmpty();
        keys = Future.succeededFuture(Optional.of(new Redacted(KEY)));
        post.answers(HERE, 200);
        clock.advance(Duration.ofSeconds(6));
        pull();
        assertThat(tries(made)).map(Try::outcome).containsExactly("no_keys", "200");
        assertThat(health(HERE)).isEqualTo(Health.GOOD);
    }

    @Test
    void aKeyIsLookedUpAtEachTryAndTwoSignWhileOneReplacesTheOther() {
        post.answers(HERE, 500);
        announce(HERE);
        pull();
        keys = Future.succeededFuture(Optional.of(new Redacted(OLD_KEY + " " + KEY)));
        clock.advance(Duration.ofSeconds(6));
        pull();
        assertThat(verify(post.letters.getFirst(), OLD_KEY)).isEqualTo(Verdict.WRONG_SIGNATURE);
        assertThat(List.of(verify(post.letters.getLast(), KEY), verify(post.letters.getLast(), OLD_KEY)))
                .containsOnly(Verdict.GOOD);
    }

    @Test
    void whereItMayNotGoItDoesNotGoAgain() {
        post.answers(HERE, () -> Future.succeededFuture(new Reply.Forbidden("private")));
        Delivery made = announce(HERE);
        pull();
        assertThat(find(made)).satisfies(after -> {
            assertThat(after.state()).isEqualTo(State.REJECTED);
            assertThat(after.note()).contains("the URL may not be reached: private");
        });
        assertThat(((Problem.Invalid) Answers.problemOf(webhooks.check("http://x"))).violations().getFirst().message())
                .isEqualTo("may not be reached: not-https");
        Answers.of(webhooks.check("https://x"));
    }

    @Test
    void aLetterWhoseSenderDiedIsSentAgain() {
        Delivery made = announce(HERE);
        Answers.of(store.lease(10, 10, clock.instant(), clock.instant().plus(LEASE)));
        post.answers(HERE, 200);
        pull();
        assertThat(post.letters).isEmpty();
        clock.advance(LEASE);
        pull();
        assertThat(post.letters).map(each -> each.headers().get("webhook-id")).containsExactly(made.id());
        assertThat(state(made)).isEqualTo(State.DELIVERED);
    }

    @Test
    void anAnnouncementIsMadeOnceAndAPingEachTime() {
        post.answers(HERE, 200);
        RunId run = RunId.create(clock.instant());
        Delivery first = Answers.of(webhooks.announce(endpoint(HERE), run, "run.failed", "{}"));
        pull();
        assertThat(Answers.of(webhooks.announce(endpoint(HERE), run, "run.failed", "{}")).id()).isEqualTo(first.id());
        Answers.of(webhooks.ping(endpoint(HERE)));
        Answers.of(webhooks.ping(endpoint(HERE)));
        pull();
        assertThat(post.letters).hasSize(3);
        assertThat(Answers.of(webhooks.ofRun(Samples.TENANT, run))).hasSize(1);
        assertThat(Answers.of(webhooks.story(Samples.TENANT, first.id())).tries()).hasSize(1);
        assertThat(Answers.problemOf(webhooks.story(Samples.OTHER_TENANT, first.id())))
                .isInstanceOf(Problem.NotFound.class);
        assertThat(Answers.problemOf(webhooks.redeliver(Samples.OTHER_TENANT, first.id())))
                .isInstanceOf(Problem.NotFound.class);
        assertThatThrownBy(() -> webhooks.announce(endpoint(HERE), run, "run\"", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void drainingWaitsForWhatIsUnderWayAndBeginsNothing() {
        Promise<Reply> slow = Promise.promise();
        post.answers(HERE, slow::future);
        announce(HERE);
        pull();
        Future<Void> drained = dispatcher.drain();
        assertThat(drained.isComplete()).isFalse();
        announce(HERE);
        slow.complete(new Reply.Answered(200, Optional.empty()));
        assertThat(drained.isComplete()).isTrue();
        pull();
        assertThat(post.letters).hasSize(1);
        assertThat(dispatcher().drain().isComplete()).as("nothing was under way").isTrue();
    }

    private Dispatcher dispatcher() {
        return new Dispatcher(new Dispatcher.Ports(store, post, (_, _) -> keys, outcomes::add),
                new RetryRules(new Random(1)),
                new Dispatcher.Settings(20, 2, LEASE), clock);
    }

    private void pull() {
        Answers.of(dispatcher.pull());
    }

    private Delivery announce(String url) {
        return Answers.of(webhooks.announce(endpoint(url), RunId.create(clock.instant()), "run.succeeded",
                "{\"a\":1}"));
    }

    private Delivery find(Delivery delivery) {
        return Answers.of(store.find(Samples.TENANT, delivery.id())).orElseThrow();
    }

    private State state(Delivery delivery) {
        return find(delivery).state();
    }

    private List<Try> tries(Delivery delivery) {
        return Answers.of(store.tries(Samples.TENANT, delivery.id()));
    }

    private Health health(String url) {
        return Answers.of(store.health(Samples.STAGE, url));
    }

    private Verdict verify(Letter letter, String key) {
        return WebhookSignature.verify(SigningKey.read(new Redacted(key)).orElseThrow(),
                new Headers(Optional.of(letter.headers().get("webhook-id")),
                        Optional.of(letter.headers().get("webhook-timestamp")),
                        Optional.of(letter.headers().get("webhook-signature"))),
                letter.body().getBytes(), clock.instant());
    }

    private static Endpoint endpoint(String url) {
        return new Endpoint(Samples.STAGE, url, "hook-key");
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
