package dev.weir.contract;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.RunStore.Created;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.Samples;
import dev.weir.wire.env.StrippedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link RunStore} does with one run; listings are {@link RunListContract}'s, keys {@link RunKeyContract}'s. */
public interface RunStoreContract {
    StrippedName AWS_REGION = new StrippedName("AWS_REGION", "prefix:AWS_");
    Duration LEASE = Duration.ofSeconds(15);

    /** An empty store, the same one throughout a test, that reads {@link #clock}. */
    RunStore runs();

    HandClock clock();

    @Test
    default void aNewRunIsQueuedAndFound() {
        RunOrder order = Samples.order(STAGE, now());
        RunId id = RunId.create(now());

        Created created = Answers.of(runs().create(id, order, Optional.empty()));

        Run expected = new Run(id, order, RunStatus.QUEUED, 0, Run.Claim.NONE, Optional.empty(), Optional.empty(),
                List.of(), Optional.empty());
        assertThat(created).isEqualTo(new Created.New(expected));
        assertThat(found(id)).isEqualTo(expected);
        assertThat(Answers.of(runs().find(RunId.create(now())))).isEmpty();
    }

    @Test
    default void theFirstClaimStartsTheRun() {
        RunId id = queued();
        Instant until = now().plus(LEASE);
        Run claimed = Answers.of(runs().claim(id, now(), until)).orElseThrow();

        assertThat(claimed.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(claimed.attempt()).isEqualTo(1);
        assertThat(claimed.startedAt()).contains(now());
        assertThat(claimed.claim()).isEqualTo(new Run.Claim(1, until, Optional.empty(), Optional.empty()));
        assertThat(claimed).isEqualTo(found(id));
    }

    @Test
    default void aHeldRunIsClaimedAgainOnlyWhenItsLeaseIsOver() {
        RunId id = queued();
        Instant started = now();
        Answers.of(runs().claim(id, now(), now().plus(LEASE)));
        assertThat(Answers.of(runs().bind(id, 1, "vm-1", List.of(AWS_REGION), now()))).isTrue();

        clock().advance(LEASE);
        assertThat(Answers.of(runs().claim(id, now(), now().plus(LEASE)))).isEmpty();
        clock().advance(Duration.ofMillis(1));
        Run taken = Answers.of(runs().claim(id, now(), now().plus(LEASE))).orElseThrow();

        assertThat(taken.claim())
                .isEqualTo(new Run.Claim(2, now().plus(LEASE), Optional.of("vm-1"), Optional.of(started)));
        assertThat(taken.attempt()).isEqualTo(1);
        assertThat(taken.startedAt()).contains(started);
        assertThat(taken.strippedEnv()).containsExactly(AWS_REGION);
    }

    @Test
    default void ofAHundredClaimsAtOnceOneWins() {
        RunId id = queued();
        List<Optional<Run>> answers = Answers.atOnce(100, i -> runs().claim(id, now(), now().plus(LEASE)));
        assertThat(answers).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(found(id).claim().fence()).isEqualTo(1);
    }

    @Test
    default void nothingOfAnOldFenceIsDone() {
        RunId id = queued();
        Answers.of(runs().claim(id, now(), now()));
        clock().advance(Duration.ofSeconds(1));
        Answers.of(runs().claim(id, now(), now().plus(LEASE)));
        Run before = found(id);

        assertThat(Answers.of(runs().renew(id, 1, now().plus(LEASE.multipliedBy(2))))).isEmpty();
        assertThat(Answers.of(runs().bind(id, 1, "vm-9", List.of(AWS_REGION), now()))).isFalse();
        assertThat(Answers.of(runs().nextAttempt(id, 1))).isFalse();
        assertThat(Answers.of(runs().finish(id, 1, Samples.succeeded(now())))).isFalse();
        assertThat(found(id)).isEqualTo(before);
    }

    @Test
    default void renewingExtendsTheLeaseAndTellsOfACancel() {
        RunId id = queued();
        Answers.of(runs().claim(id, now(), now().plus(LEASE)));
        Answers.of(runs().requestCancel(id, "bob"));
        Instant until = now().plus(LEASE.multipliedBy(2));

        Run renewed = Answers.of(runs().renew(id, 1, until)).orElseThrow();

        assertThat(renewed.claim().leaseUntil()).isEqualTo(until);
        assertThat(renewed.cancelledBy()).contains("bob");
    }

    @Test
    default void theNextAttemptIsBoundToNoMicroVm() {
        RunId id = queued();
        Answers.of(runs().claim(id, now(), now().plus(LEASE)));
        Answers.of(runs().bind(id, 1, "vm-1", List.of(), now()));
        assertThat(Answers.of(runs().nextAttempt(id, 1))).isTrue();

        Run run = found(id);
        assertThat(run.attempt()).isEqualTo(2);
        assertThat(run.claim()).isEqualTo(new Run.Claim(1, now().plus(LEASE), Optional.empty(), Optional.of(now())));
    }

    @Test
    default void aRunEndsOnce() {
        RunId id = queued();
        assertThat(Answers.of(runs().finish(id, 0, Samples.succeeded(now())))).isFalse();
        Answers.of(runs().claim(id, now(), now().plus(LEASE)));
        Outcome outcome = Samples.succeeded(now());
        assertThat(Answers.of(runs().finishQueued(id, outcome))).isFalse();
        assertThat(Answers.of(runs().finish(id, 1, outcome))).isTrue();

        Run over = found(id);
        assertThat(over.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(over.outcome()).contains(outcome);

        clock().advance(Duration.ofDays(1));
        assertThat(Answers.of(runs().finish(id, 1, Samples.failed(now())))).isFalse();
        assertThat(Answers.of(runs().claim(id, now(), now().plus(LEASE)))).isEmpty();
        assertThat(Answers.of(runs().renew(id, 1, now().plus(LEASE)))).isEmpty();
        assertThat(Answers.of(runs().nextAttempt(id, 1))).isFalse();
        assertThat(Answers.of(runs().requestCancel(id, "bob"))).contains(over);
        assertThat(found(id)).isEqualTo(over);
    }

    @Test
    default void everyOutcomeIsKeptAsItWas() {
        RunId failed = queued();
        Answers.of(runs().claim(failed, now(), now().plus(LEASE)));
        Answers.of(runs().finish(failed, 1, Samples.failed(now())));
        assertThat(found(failed).outcome()).contains(Samples.failed(now()));

        RunId throttled = queued();
        assertThat(Answers.of(runs().finishQueued(throttled, Samples.throttled(now())))).isTrue();
        assertThat(found(throttled).outcome()).contains(Samples.throttled(now()));
        assertThat(found(throttled).attempt()).isZero();
    }

    @Test
    default void whateverEndsIsThereUntilItIsSettled() {
        List<RunId> ended = new ArrayList<>();
        for (int i = 0; i < 5; i++, clock().advance(Duration.ofMillis(1))) {
            RunId id = queued();
            ended.add(id);
            if (i % 2 == 0) {
                Answers.of(runs().finishQueued(id, Samples.throttled(now())));
            } else {
                Answers.of(runs().claim(id, now(), now().plus(LEASE)));
                assertThat(ended(Optional.empty(), 9)).doesNotContain(id);
                Answers.of(runs().finish(id, 1, Samples.succeeded(now())));
            }
        }
        queued();
        assertThat(ended(Optional.empty(), 9)).isEqualTo(ended);
        assertThat(ended(Optional.empty(), 2)).isEqualTo(ended.subList(0, 2));
        assertThat(ended(Optional.of(ended.get(1)), 2)).isEqualTo(ended.subList(2, 4));
        assertThat(Answers.of(runs().ended(Optional.empty(), 9)).getFirst()).isEqualTo(found(ended.getFirst()));

        Answers.of(runs().settled(List.of(ended.get(0), ended.get(3))));
        Answers.of(runs().settled(List.of(ended.get(0), RunId.create(now()))));
        assertThat(ended(Optional.empty(), 9)).containsExactly(ended.get(1), ended.get(2), ended.get(4));
        assertThat(ended(Optional.of(ended.get(0)), 1)).as("also after one that is settled")
                .containsExactly(ended.get(1));
    }

    @Test
    default void aRunRemembersItsLine() {
        RunOrder order = Samples.order(STAGE, now());
        RunId id = RunId.create(now());
        Answers.of(runs().create(id,
                new RunOrder(order.kind(), order.stage(), order.version(), order.source(), order.invokedBy(),
                        order.input(), order.timeout(), order.maxAttempts(), RunQueue.Line.LONG, order.createdAt()),
                Optional.empty()));
        RunQueue.Place place = new RunQueue.Place(TENANT.value(), RunQueue.Line.LONG);
        assertThat(found(id).order().place()).isEqualTo(place);
        assertThat(Answers.of(runs().unattended(RunStatus.QUEUED, now().plusSeconds(1), Optional.empty(), 9)))
                .containsExactly(new RunStore.Unattended(id, place));
    }

    @Test
    default void aRunIsEitherClaimedOrEndedInTheQueue() {
        for (int round = 0; round < 10; round++) {
            RunId id = queued();
            List<Boolean> won = Answers.atOnce(2, i -> i == 0
                    ? runs().claim(id, now(), now().plus(LEASE)).map(Optional::isPresent)
                    : runs().finishQueued(id, Samples.throttled(now())));
            assertThat(won).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    default void whoAskedFirstToCancelStays() {
        RunId id = queued();
        assertThat(Answers.of(runs().requestCancel(id, "ada")).orElseThrow().cancelledBy()).contains("ada");
        Run again = Answers.of(runs().requestCancel(id, "bob")).orElseThrow();
        assertThat(again.cancelledBy()).contains("ada");
        assertThat(again.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(Answers.of(runs().requestCancel(RunId.create(now()), "ada"))).isEmpty();
    }

    private List<RunId> ended(Optional<RunId> after, int max) {
        return Answers.of(runs().ended(after, max)).stream().map(Run::id).toList();
    }

    private Instant now() {
        return clock().instant();
    }

    private Run found(RunId id) {
        return Answers.of(runs().find(id)).orElseThrow();
    }

    private RunId queued() {
        RunId id = RunId.create(now());
        Answers.of(runs().create(id, Samples.order(STAGE, now()), Optional.empty()));
        return id;
    }
}
