package dev.weir.feature.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Courier.Fault;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Bad receivers, greedy tenants and defects hold up only themselves. */
class DispatcherHealthTest extends DispatcherRig {
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

    @Test
    void aStoreThatThrowsIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        DeliveryStore bad = (DeliveryStore) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[]{DeliveryStore.class}, (_, _, _) -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("a defect");
                });
        Dispatcher throwing = new Dispatcher(new Dispatcher.Ports(bad, post, (_, _) -> keys, _ -> subscribed,
                outcomes::add), new RetryRules(new Random(1)), new Dispatcher.Settings(20, 2, LOOK_UP, LEASE), clock);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Answers.of(throwing.pull())).isInstanceOf(IllegalStateException.class);
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void aPortThatThrowsOrHangsKeepsNoSlot() {
        List<Delivery> made = List.of(announce(HERE), announce(DEAD));
        Dispatcher throwing = dispatcher((_, _) -> {
            throw new IllegalStateException("a defect");
        });
        Answers.of(throwing.pull());
        assertThat(made).map(each -> tries(each).getLast().outcome()).containsOnly("no_keys");
        assertThat(Answers.of(throwing.drain())).as("nothing is under way").isNull();
        clock.advance(Duration.ofMinutes(1));
        Dispatcher hanging = dispatcher((_, _) -> Promise.<Optional<Redacted>>promise().future());
        Answers.of(hanging.pull());
        Answers.of(hanging.drain());
        assertThat(made).map(each -> tries(each).size()).containsOnly(2);
    }

    @Test
    void neverMoreThanItMayAndNoCallIsLost() {
        List<Promise<Reply>> open = new CopyOnWriteArrayList<>();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 120; i++) {
            String url = "https://hooks.weir.dev/" + i;
            post.answers(url, () -> {
                Promise<Reply> reply = Promise.promise();
                open.add(reply);
                most.accumulateAndGet(open.size(), Math::max);
                return reply.future();
            });
            Answers.of(
                    webhooks.announce(new Endpoint(new StageRef(new TenantId("tenant-" + i % 10), "s", "p"), url, "k"),
                            RunId.create(clock.instant()), "run.failed", "{}"));
        }
        for (int round = 0; post.letters.size() < 120 || !open.isEmpty(); round++) {
            assertThat(round).as("it goes on").isLessThan(1000);
            Answers.atOnce(4, i -> {
                if (i < 2) {
                    return dispatcher.pull();
                }
                Promise<Reply> next = i - 2 < open.size() ? removed(open) : Promise.promise();
                next.tryComplete(new Reply.Answered(204, Optional.empty()));
                return Future.succeededFuture(0);
            });
        }
        assertThat(most).hasValueLessThanOrEqualTo(20);
        assertThat(outcomes).hasSize(120).containsOnly(State.DELIVERED);
    }

    private static Promise<Reply> removed(List<Promise<Reply>> open) {
        synchronized (open) {
            return open.isEmpty() ? Promise.promise() : open.removeFirst();
        }
    }

    @Test
    void oneTenantLeavesRoomForOthers() {
        List<Promise<Reply>> hanging = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String url = "https://greedy.weir.dev/" + i;
            post.answers(url, () -> {
                hanging.add(Promise.promise());
                return hanging.getLast().future();
            });
            announce(url);
        }
        pull();
        assertThat(hanging).as("a quarter").hasSize(5);
        Endpoint other = new Endpoint(new StageRef(Samples.OTHER_TENANT, "s", "p"), HERE, "k");
        Delivery made = Answers.of(webhooks.announce(other, RunId.create(clock.instant()), "run.failed", "{}"));
        pull();
        assertThat(Answers.of(store.find(Samples.OTHER_TENANT, made.id())).orElseThrow().state())
                .isEqualTo(State.DELIVERED);
    }

    @Test
    void aDayAskedForHoldsUpThatLetterAndTheOthersForAnHour() {
        post.answers(HERE, 429, Duration.ofDays(1));
        Delivery first = announce(HERE);
        pull();
        assertThat(find(first).nextAt()).isEqualTo(clock.instant().plus(Duration.ofDays(1)));
        assertThat(health(HERE).openUntil()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
        Delivery second = announce(HERE);
        Delivery ping = Answers.of(webhooks.ping(endpoint(HERE)));
        pull();
        assertThat(post.letters).map(each -> each.headers().get("webhook-id")).as("somebody asked")
                .containsExactly(first.id(), ping.id());
        post.answers(HERE, 200);
        Answers.of(webhooks.redeliver(Samples.TENANT, first.id()));
        pull();
        assertThat(List.of(first, second)).as("it answered, and all is well again").map(this::state)
                .containsOnly(State.DELIVERED);
    }
}
