package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every {@link DeliveryStore} does; time is what the calls say it is. */
public interface DeliveryStoreContract {
    /** What may wait for one endpoint. */
    int WAITING = 60;
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    Instant UNTIL = NOW.plusSeconds(60);
    Duration LEASE = Duration.between(NOW, UNTIL);
    Duration TOOK = Duration.ofMillis(250);
    Endpoint HERE = new Endpoint(Samples.STAGE, "https://hooks.weir.dev/a", "hook-key");
    Endpoint THERE = new Endpoint(Samples.STAGE, "https://other.weir.dev/b", "hook-key");

    Endpoint OTHERS = new Endpoint(new StageRef(Samples.OTHER_TENANT, "hello", "prod"), "https://hooks.globex.dev/",
            "hook-key");

    /** An empty store, the same one throughout a test. */
    DeliveryStore deliveries();

    @Test
    default void whatWasAddedIsFoundByItsTenantOnly() {
        Delivery delivery = delivery("msg_1", HERE);
        assertThat(Answers.of(deliveries().add(delivery, false))).isEqualTo(delivery);
        assertThat(Answers.of(deliveries().find(Samples.TENANT, "msg_1"))).contains(delivery);
        assertThat(Answers.of(deliveries().find(Samples.OTHER_TENANT, "msg_1"))).isEmpty();
        assertThat(Answers.of(deliveries().ofRun(Samples.TENANT, delivery.run().orElseThrow())))
                .containsExactly(delivery);
        assertThat(Answers.of(deliveries().ofRun(Samples.OTHER_TENANT, delivery.run().orElseThrow()))).isEmpty();
        assertThat(Answers.of(deliveries().redeliver(Samples.OTHER_TENANT, "msg_1", NOW))).isEmpty();
        assertThat(Answers.of(deliveries().tries(Samples.OTHER_TENANT, "msg_1"))).isEmpty();
    }

    @Test
    default void anIdIsThereOnce() {
        Delivery first = delivery("msg_1", HERE);
        Answers.atOnce(20, _ -> deliveries().add(first, false));
        Delivery again = new Delivery("msg_1", THERE, first.run(), "run.failed", Buffer.buffer("other"), State.PENDING,
                0, NOW, NOW, Optional.empty());
        assertThat(Answers.of(deliveries().add(again, false))).isEqualTo(first);
        assertThat(lease(10, 10, NOW)).hasSize(1);
    }

    @Test
    default void whatIsDueIsTakenOnceAndHidden() {
        add(5, HERE, NOW);
        add(3, THERE, NOW.plusSeconds(30));
        assertThat(lease(10, 10, NOW.minusMillis(1))).isEmpty();
        List<Leased> taken = new ArrayList<>();
        Answers.atOnce(10, _ -> deliveries().lease(new Room(2, 10, 10), NOW, UNTIL)).forEach(taken::addAll);
        assertThat(taken).map(each -> each.delivery().id()).doesNotHaveDuplicates().hasSize(5);
        assertThat(lease(10, 10, NOW)).isEmpty();
        assertThat(lease(10, 10, NOW.plusSeconds(30))).map(each -> each.delivery().endpoint()).hasSize(3)
                .containsOnly(THERE);
        assertThat(lease(10, 10, UNTIL)).as("the leases ended").hasSize(5);
        assertThat(settle(taken.getFirst(), NOW, DeliveryStoreContract::delivered)).as("a receipt of old").isFalse();
    }

    @Test
    default void oneEndpointGetsNoMoreThanItsShareAndTheOthersTheirs() {
        add(50, HERE, NOW);
        add(2, THERE, NOW.plusMillis(1));
        List<Leased> first = lease(20, 4, NOW.plusMillis(1));
        assertThat(first).filteredOn(each -> each.delivery().endpoint().equals(HERE)).hasSize(4);
        assertThat(first).filteredOn(each -> each.delivery().endpoint().equals(THERE)).hasSize(2);
        assertThat(lease(20, 4, NOW.plusMillis(2))).as("four are under way").isEmpty();
        settle(first.getFirst(), NOW, DeliveryStoreContract::delivered);
        assertThat(lease(20, 4, NOW.plusMillis(3))).hasSize(1);
    }

    @Test
    default void endpointsTakeTurns() {
        add(10, HERE, NOW);
        add(10, THERE, NOW);
        List<Endpoint> served = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            served.add(lease(1, 9, NOW.plusMillis(i)).getFirst().delivery().endpoint());
        }
        assertThat(served).containsExactly(HERE, THERE, HERE, THERE, HERE, THERE);
    }

    @Test
    default void whatASettledTryLeavesBehind() {
        add(1, HERE, NOW);
        Leased leased = lease(1, 1, NOW).getFirst();
        assertThat(settle(leased, NOW, again(NOW.plusSeconds(5), "500"))).isTrue();
        assertThat(settle(leased, NOW, DeliveryStoreContract::delivered)).as("only once").isFalse();
        assertThat(find(leased)).satisfies(after -> {
            assertThat(after.state()).isEqualTo(State.PENDING);
            assertThat(after.tries()).isEqualTo(1);
            assertThat(after.nextAt()).isEqualTo(NOW.plusSeconds(5));
        });
        assertThat(lease(1, 1, NOW.plusSeconds(4))).isEmpty();
        Leased second = lease(1, 1, NOW.plusSeconds(5)).getFirst();
        assertThat(second.delivery().body()).isEqualTo(leased.delivery().body());
        assertThat(settle(second, NOW.plusSeconds(5), DeliveryStoreContract::delivered)).isTrue();
        assertThat(find(leased).state()).isEqualTo(State.DELIVERED);
        assertThat(lease(1, 1, NOW.plusSeconds(9999))).isEmpty();
        assertThat(Answers.of(deliveries().tries(Samples.TENANT, leased.delivery().id()))).containsExactly(
                new Try(1, NOW, TOOK, "500"), new Try(2, NOW.plusSeconds(5), TOOK, "200"));
    }

    @Test
    default void whatTheRuleSaysOfHealthHoldsForTheEndpoint() {
        add(3, HERE, NOW);
        Health open = new Health(3, Optional.of(NOW), NOW.plusSeconds(30), Optional.empty());
        settle(lease(1, 1, NOW).getFirst(), NOW, health -> {
            assertThat(health).isEqualTo(Health.GOOD);
            return new Step(State.FAILED, NOW, "500", Optional.of("over"), open);
        });
        assertThat(Answers.of(deliveries().health(Samples.STAGE, HERE.url()))).isEqualTo(open);
        assertThat(Answers.of(deliveries().health(Samples.STAGE, THERE.url()))).isEqualTo(Health.GOOD);
        assertThat(lease(9, 9, NOW.plusSeconds(29))).isEmpty();
        assertThat(lease(9, 9, NOW.plusSeconds(30))).hasSize(2);
    }

    @Test
    default void anEndpointThatFailedTooOftenIsTriedWithOne() {
        add(9, HERE, NOW);
        Health bad = new Health(5, Optional.of(NOW), NOW, Optional.empty());
        settle(lease(1, 4, NOW).getFirst(), NOW, _ -> new Step(State.FAILED, NOW, "500", Optional.empty(), bad));
        assertThat(lease(9, 4, NOW.plusMillis(1))).hasSize(1);
    }

    @Test
    default void aDisabledEndpointGetsNothingUntilItIsEnabled() {
        add(3, HERE, NOW);
        List<Leased> both = lease(2, 2, NOW);
        Health gone = new Health(1, Optional.of(NOW), NOW, Optional.of("gone"));
        settle(both.getFirst(), NOW, _ -> new Step(State.FAILED, NOW, "410", Optional.of("gone"), gone));
        settle(both.getLast(), NOW, health -> new Step(State.PENDING, NOW, "500", Optional.empty(), health));
        assertThat(List.of(find("msg_0"), find("msg_1"), find("msg_2"))).map(Delivery::state)
                .containsOnly(State.FAILED);
        assertThat(List.of(find("msg_1"), find("msg_2"))).map(each -> each.note().orElseThrow())
                .containsOnly(DeliveryStore.DISABLED);
        assertThat(Answers.of(deliveries().add(delivery("msg_9", HERE), false)).note())
                .contains(DeliveryStore.DISABLED);
        Answers.of(deliveries().redeliver(Samples.TENANT, "msg_9", NOW));
        assertThat(lease(9, 9, UNTIL)).isEmpty();
        Answers.of(deliveries().enable(Samples.STAGE, HERE.url()));
        assertThat(Answers.of(deliveries().health(Samples.STAGE, HERE.url()))).isEqualTo(Health.GOOD);
        assertThat(lease(9, 9, UNTIL)).map(each -> each.delivery().id()).containsExactly("msg_9");
    }

    @Test
    default void tooManyForOneEndpointAreKeptAsFailed() {
        add(WAITING, HERE, NOW);
        assertThat(Answers.of(deliveries().add(delivery("msg_more", HERE), false))).satisfies(kept -> {
            assertThat(kept.state()).isEqualTo(State.FAILED);
            assertThat(kept.note()).contains(DeliveryStore.FULL);
        });
        assertThat(Answers.of(deliveries().add(delivery("msg_there", THERE), false)).state()).isEqualTo(State.PENDING);
        settle(lease(1, 1, NOW).getFirst(), NOW, DeliveryStoreContract::delivered);
        assertThat(Answers.of(deliveries().add(delivery("msg_then", HERE), false)).state()).isEqualTo(State.PENDING);
    }

    @Test
    default void anythingMayBeAskedForAgainButNotWhileItIsUnderWay() {
        add(1, HERE, NOW);
        Leased first = lease(1, 1, NOW).getFirst();
        assertThat(Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", NOW))).contains(first.delivery());
        assertThat(lease(1, 1, NOW)).isEmpty();
        settle(first, NOW, DeliveryStoreContract::delivered);
        Instant later = NOW.plusSeconds(3600);
        assertThat(Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", later)).orElseThrow())
                .satisfies(again -> {
                    assertThat(again.state()).isEqualTo(State.PENDING);
                    assertThat(again.tries()).isZero();
                    assertThat(again.nextAt()).isEqualTo(later);
                });
        settle(lease(1, 1, later).getFirst(), later, DeliveryStoreContract::delivered);
        assertThat(Answers.of(deliveries().tries(Samples.TENANT, "msg_0"))).map(Try::n).containsExactly(1, 2);
    }

    @Test
    default void onlyWhatIsOldAndOverIsForgotten() {
        add(4, HERE, NOW);
        lease(2, 2, NOW).forEach(each -> settle(each, NOW, DeliveryStoreContract::delivered));
        assertThat(Answers.of(deliveries().forget(NOW, 10))).isZero();
        assertThat(Answers.of(deliveries().forget(NOW.plusMillis(1), 1))).isEqualTo(1);
        assertThat(Answers.of(deliveries().forget(NOW.plusMillis(1), 10))).isEqualTo(1);
        assertThat(Answers.of(deliveries().find(Samples.TENANT, "msg_0"))).isEmpty();
        assertThat(lease(9, 9, NOW)).hasSize(2);
    }

    @Test
    default void oneTenantGetsNoMoreThanItsShareHoweverManyEndpointsItHas() {
        for (int i = 0; i < 30; i++) {
            Endpoint endpoint = new Endpoint(Samples.STAGE, "https://hooks.weir.dev/" + i, "hook-key");
            Answers.of(deliveries().add(delivery("msg_greedy_" + i, endpoint), false));
        }
        assertThat(lease(new Room(20, 6, 4))).hasSize(6);
        assertThat(lease(new Room(20, 6, 4))).isEmpty();
        Answers.of(deliveries().add(delivery("msg_modest", OTHERS), false));
        assertThat(lease(new Room(1, 6, 4))).as("the only slot there is")
                .map(each -> each.delivery().id()).containsExactly("msg_modest");
    }

    @Test
    default void tenantsTakeTurnsBeforeTheirEndpointsDo() {
        for (int i = 0; i < 30; i++) {
            Endpoint endpoint = new Endpoint(Samples.STAGE, "https://hooks.weir.dev/" + i, "hook-key");
            Answers.of(deliveries().add(delivery("msg_many_" + i, endpoint), false));
        }
        for (int i = 0; i < 5; i++) {
            Answers.of(deliveries().add(delivery("msg_few_" + i, OTHERS), false));
        }
        assertThat(lease(new Room(10, 9, 9))).map(each -> each.delivery().endpoint().stage().tenant())
                .filteredOn(Samples.OTHER_TENANT::equals).hasSize(5);
    }

    @Test
    default void whoHasNoRoomIsPassedOverAndKeepsItsTurn() {
        add(9, HERE, NOW);
        assertThat(lease(9, 2, NOW)).hasSize(2);
        add(9, THERE, NOW.plusMillis(1));
        for (int i = 1; i < 3; i++) {
            assertThat(lease(1, 2, NOW.plusMillis(i))).as("the only slot there is")
                    .map(each -> each.delivery().endpoint()).containsExactly(THERE);
        }
        assertThat(lease(1, 2, NOW.plusMillis(3))).isEmpty();
        assertThat(lease(4, 4, NOW.plusMillis(4))).map(each -> each.delivery().endpoint()).first().as(
                "served longest ago").isEqualTo(HERE);
    }

    @Test
    default void aClockThatGoesBackHoldsNobodyUpForGood() {
        add(2, HERE, NOW);
        add(1, THERE, NOW.minusSeconds(5));
        assertThat(lease(1, 1, NOW)).hasSize(1);
        assertThat(lease(9, 9, NOW.minusSeconds(1))).as("what is due by that clock").hasSizeLessThanOrEqualTo(1);
        assertThat(lease(9, 9, NOW)).hasSizeGreaterThanOrEqualTo(1);
    }

    @Test
    default void whatWaitsForAWebhookThatWasRemovedHasFailed() {
        add(2, HERE, NOW);
        add(2, THERE, NOW);
        Leased underWay = lease(1, 1, NOW).getFirst();
        assertThat(underWay.delivery().endpoint()).isEqualTo(HERE);
        Answers.of(deliveries().add(delivery("msg_others", OTHERS), false));
        assertThat(Answers.of(deliveries().drop(Samples.STAGE, Optional.of(THERE.url()), 10))).isEqualTo(1);
        assertThat(find("msg_1")).satisfies(dropped -> {
            assertThat(dropped.state()).isEqualTo(State.FAILED);
            assertThat(dropped.note()).contains(DeliveryStore.REMOVED);
        });
        assertThat(settle(underWay, NOW, DeliveryStoreContract::delivered)).as("it was under way").isTrue();
        assertThat(Answers.of(deliveries().drop(Samples.STAGE, Optional.empty(), 1))).isEqualTo(1);
        assertThat(Answers.of(deliveries().drop(Samples.STAGE, Optional.empty(), 9))).isEqualTo(1);
        assertThat(Answers.of(deliveries().drop(Samples.STAGE, Optional.empty(), 9))).isZero();
        assertThat(lease(9, 9, UNTIL)).map(each -> each.delivery().id()).containsExactly("msg_others");
    }

    @Test
    default void whatIsLeftOfAGatewayThatDiedAfterTheEndpointWasDisabledHasFailed() {
        add(3, HERE, NOW);
        List<Leased> taken = lease(3, 3, NOW);
        Health gone = new Health(1, Optional.of(NOW), NOW, Optional.of("gone"));
        settle(taken.getFirst(), NOW, _ -> new Step(State.FAILED, NOW, "410", Optional.of("gone"), gone));
        assertThat(List.of(find("msg_1"), find("msg_2"))).map(Delivery::state).containsOnly(State.PENDING);
        Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", NOW));
        assertThat(lease(9, 9, UNTIL)).isEmpty();
        assertThat(List.of(find("msg_1"), find("msg_2"))).allSatisfy(each -> {
            assertThat(each.state()).isEqualTo(State.FAILED);
            assertThat(each.note()).contains(DeliveryStore.DISABLED);
        });
        Answers.of(deliveries().enable(Samples.STAGE, HERE.url()));
        assertThat(lease(9, 9, UNTIL)).as("what was asked for since").map(each -> each.delivery().id())
                .containsExactly("msg_0");
    }

    @Test
    default void whatWasAskedForWhileDisabledOutlivesTheOthersThatWereUnderWay() {
        add(3, HERE, NOW);
        List<Leased> taken = lease(3, 3, NOW);
        Health gone = new Health(1, Optional.of(NOW), NOW, Optional.of("gone"));
        settle(taken.getFirst(), NOW, _ -> new Step(State.FAILED, NOW, "410", Optional.of("gone"), gone));
        Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", NOW));
        settle(taken.getLast(), NOW, again(NOW, "500"));
        assertThat(find(taken.getLast()).state()).isEqualTo(State.FAILED);
        assertThat(find("msg_0").state()).isEqualTo(State.PENDING);
    }

    @Test
    default void onlyTheNewestTriesAreKept() {
        add(1, HERE, NOW);
        int tries = DeliveryStore.MAX_TRIES + 3;
        for (int i = 0; i < tries; i++) {
            Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", NOW));
            settle(lease(1, 1, NOW).getFirst(), NOW, DeliveryStoreContract::delivered);
        }
        assertThat(Answers.of(deliveries().tries(Samples.TENANT, "msg_0"))).hasSize(DeliveryStore.MAX_TRIES)
                .map(Try::n).startsWith(4).endsWith(tries);
    }

    @Test
    default void whatWasAskedForPassesAnOpenCircuitOneAtATimeAndOnce() {
        add(4, HERE, NOW);
        Health open = new Health(1, Optional.of(NOW), NOW.plusSeconds(3600), Optional.empty());
        settle(lease(1, 1, NOW).getFirst(), NOW, _ -> new Step(State.FAILED, NOW, "429", Optional.of("over"), open));
        Answers.of(deliveries().add(delivery("msg_ping", HERE), true));
        Answers.of(deliveries().redeliver(Samples.TENANT, "msg_0", NOW));
        Leased probe = lease(9, 9, NOW).getFirst();
        assertThat(lease(9, 9, NOW)).as("one at a time").isEmpty();
        settle(probe, NOW, again(NOW.plusSeconds(5), "429"));
        Leased second = lease(9, 9, NOW.plusSeconds(5)).getFirst();
        assertThat(List.of(probe.delivery().id(), second.delivery().id())).containsExactlyInAnyOrder("msg_0",
                "msg_ping");
        settle(second, NOW, again(NOW.plusSeconds(5), "429"));
        assertThat(lease(9, 9, NOW.plusSeconds(3599))).as("once").isEmpty();
        assertThat(lease(9, 9, NOW.plusSeconds(3600))).hasSize(5);
    }

    private List<Leased> lease(Room room) {
        return Answers.of(deliveries().lease(room, NOW, UNTIL));
    }

    private List<Leased> lease(int max, int perEndpoint, Instant now) {
        return Answers.of(deliveries().lease(new Room(max, Integer.MAX_VALUE, perEndpoint), now, now.plus(LEASE)));
    }

    private boolean settle(Leased leased, Instant at, Function<Health, Step> rule) {
        return Answers.of(deliveries().settle(leased, at, TOOK, rule));
    }

    private Delivery find(Leased leased) {
        return find(leased.delivery().id());
    }

    private Delivery find(String id) {
        return Answers.of(deliveries().find(Samples.TENANT, id)).orElseThrow();
    }

    /** Named {@code msg_0} and on; those for another place than {@link #HERE} have a name of theirs. */
    private void add(int n, Endpoint endpoint, Instant nextAt) {
        for (int i = 0; i < n; i++) {
            Delivery made = delivery((endpoint.equals(HERE) ? "msg_" : "msg_there_") + i, endpoint);
            Answers.of(deliveries().add(new Delivery(made.id(), endpoint, made.run(), made.type(), made.body(),
                    State.PENDING, 0, nextAt, NOW, Optional.empty()), false));
        }
    }

    private static Delivery delivery(String id, Endpoint endpoint) {
        StageRef stage = endpoint.stage();
        return new Delivery(id, endpoint, Optional.of(RunId.create(NOW)), "run.succeeded",
                Buffer.buffer("{\"stage\":\"" + stage.stage() + "\",\"\u00fc\":0}"), State.PENDING, 0, NOW, NOW,
                Optional.empty());
    }

    private static Step delivered(Health health) {
        return new Step(State.DELIVERED, NOW, "200", Optional.empty(), health);
    }

    private static Function<Health, Step> again(Instant at, String outcome) {
        return health -> new Step(State.PENDING, at, outcome, Optional.empty(), health);
    }
}
