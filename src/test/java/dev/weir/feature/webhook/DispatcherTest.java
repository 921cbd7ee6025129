package dev.weir.feature.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Redacted;
import dev.weir.wire.webhook.WebhookSignature.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest extends DispatcherRig {
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
        Answers.of(store.lease(new Room(10, 10, 10), clock.instant(), clock.instant().plus(LEASE)));
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
    void whatIsWantedNoMoreIsNotSent() {
        post.answers(HERE, 500);
        Delivery made = announce(HERE);
        pull();
        Answers.of(webhooks.ping(endpoint(HERE)));
        subscribed = Future.succeededFuture(false);
        clock.advance(Duration.ofMinutes(1));
        pull();
        assertThat(post.letters).as("neither again nor as a test").hasSize(1);
        assertThat(find(made)).satisfies(after -> {
            assertThat(after.state()).isEqualTo(State.FAILED);
            assertThat(after.note()).contains(DeliveryStore.REMOVED);
        });
        assertThat(outcomes).containsExactly(State.PENDING, State.FAILED, State.FAILED);
    }

    @Test
    void whileNobodyKnowsWhetherItIsWantedItWaitsUnsent() {
        subscribed = Future.failedFuture("away");
        Delivery made = announce(HERE);
        pull();
        assertThat(tries(made)).map(Try::outcome).containsExactly("not_sent");
        assertThat(state(made)).isEqualTo(State.PENDING);
        assertThat(post.letters).isEmpty();
        assertThat(health(HERE)).isEqualTo(Health.GOOD);
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
}
