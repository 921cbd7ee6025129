package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.RunStore.Created;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every {@link RunStore} answers to a key that comes again, and when it lets go of one. */
public interface RunKeyContract {
    Duration HELD = Duration.ofSeconds(15);

    /** An empty store, the same one throughout a test, that reads {@link #clock}. */
    RunStore runs();

    HandClock clock();

    @Test
    default void aKeyUsedTwiceAnswersTheFirstRun() {
        IdempotencyKey key = new IdempotencyKey("k1", "hash");
        RunId first = queued(key);
        Answers.of(runs().claim(first, now(), now().plus(HELD)));

        RunId second = RunId.create(now());
        Created again = Answers.of(runs().create(second, Samples.order(STAGE, now()), Optional.of(key)));

        assertThat(again).isEqualTo(new Created.Replayed(found(first)));
        assertThat(Answers.of(runs().find(second))).isEmpty();
    }

    @Test
    default void aKeyUsedWithAnotherRequestIsRefused() {
        queued(new IdempotencyKey("k1", "hash"));
        RunId second = RunId.create(now());
        Created other = Answers.of(
                runs().create(second, Samples.order(STAGE, now()),
                        Optional.of(new IdempotencyKey("k1", "other hash"))));
        assertThat(other).isEqualTo(new Created.KeyReused());
        assertThat(Answers.of(runs().find(second))).isEmpty();
    }

    @Test
    default void aKeyIsFreeAgainAfterADay() {
        assertThat(Answers.of(runs().byKey(Samples.TENANT, "k1"))).isEmpty();
        RunId first = queued(new IdempotencyKey("k1", "hash"));
        assertThat(Answers.of(runs().byKey(Samples.TENANT, "k1"))).map(Run::id).contains(first);
        assertThat(Answers.of(runs().byKey(Samples.OTHER_TENANT, "k1"))).isEmpty();
        clock().advance(Duration.ofHours(24).minusSeconds(1));
        RunOrder order = Samples.order(STAGE, now());
        assertThat(Answers.of(runs().create(RunId.create(now()), order, Optional.of(new IdempotencyKey("k1", "hash")))))
                .isEqualTo(new Created.Replayed(found(first)));

        clock().advance(Duration.ofSeconds(1));
        RunId second = queued(new IdempotencyKey("k1", "other hash"));
        assertThat(found(second).status()).isEqualTo(RunStatus.QUEUED);
        assertThat(found(first).status()).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    default void aKeyTellsWhatItStandsFor() {
        IdempotencyKey key = new IdempotencyKey("k1", "hash");
        assertThat(Answers.of(runs().replay(TENANT, key))).isEmpty();
        RunId first = queued(key);
        assertThat(Answers.of(runs().replay(TENANT, key))).contains(new Created.Replayed(found(first)));
        assertThat(Answers.of(runs().replay(TENANT, new IdempotencyKey("k1", "x")))).contains(new Created.KeyReused());
        assertThat(Answers.of(runs().replay(OTHER_TENANT, key))).isEmpty();
        clock().advance(Duration.ofHours(24));
        assertThat(Answers.of(runs().replay(TENANT, key))).isEmpty();
        assertThat(Answers.of(runs().replay(TENANT, new IdempotencyKey("k1", "x")))).isEmpty();
    }

    @Test
    default void whoIsToAskAgainMayDoSoWithTheSameKey() {
        IdempotencyKey key = new IdempotencyKey("k1", "hash");
        RunId refused = queued(key);
        RunId bystander = queued(new IdempotencyKey("k2", "hash"));
        assertThat(Answers.of(runs().refuse(refused, Samples.failed(now())))).isTrue();
        assertThat(found(refused).outcome()).contains(Samples.failed(now()));
        assertThat(Answers.of(runs().refuse(refused, Samples.failed(now())))).isFalse();

        RunId throttled = queued(key);
        Answers.of(runs().claim(throttled, now(), now().plus(HELD)));
        assertThat(Answers.of(runs().finish(throttled, 1, Samples.throttled(now())))).isTrue();
        RunId throttledAgain = queued(key);
        assertThat(Answers.of(runs().finishQueued(throttledAgain, Samples.throttled(now())))).isTrue();
        assertThat(Answers.of(runs().byKey(TENANT, "k1"))).isEmpty();

        RunId last = queued(key);
        assertThat(Answers.of(runs().refuse(throttled, Samples.failed(now())))).as("of a run before").isFalse();
        Answers.of(runs().finishQueued(last, Samples.failed(now())));
        assertThat(Answers.of(runs().byKey(TENANT, "k1"))).as("one that really failed").contains(found(last));
        assertThat(Answers.of(runs().byKey(TENANT, "k2"))).map(Run::id).contains(bystander);
    }

    @Test
    default void aKeyIsKeptByARunThatIsNotRefusedAndByATimeOfASchedule() {
        IdempotencyKey slot = new IdempotencyKey("schedule hello/prod 2026-03-01T12:00:00Z", "schedule");
        RunId fired = queued(slot);
        Answers.of(runs().refuse(fired, Samples.failed(now())));
        assertThat(Answers.of(runs().byKey(TENANT, slot.key()))).map(Run::id).contains(fired);
        IdempotencyKey next = new IdempotencyKey("schedule hello/prod 2026-03-01T13:00:00Z", "schedule");
        RunId throttled = queued(next);
        Answers.of(runs().finishQueued(throttled, Samples.throttled(now())));
        assertThat(Answers.of(runs().byKey(TENANT, next.key()))).map(Run::id).contains(throttled);

        RunId executed = queued(new IdempotencyKey("k1", "hash"));
        Answers.of(runs().claim(executed, now(), now().plus(HELD)));
        assertThat(Answers.of(runs().refuse(executed, Samples.failed(now())))).isFalse();
        assertThat(Answers.of(runs().finish(executed, 0, Samples.throttled(now())))).isFalse();
        assertThat(Answers.of(runs().byKey(TENANT, "k1"))).map(Run::id).contains(executed);
    }

    @Test
    default void tenantsDoNotShareKeys() {
        queued(new IdempotencyKey("k1", "hash"));
        RunOrder order = Samples.order(new StageRef(OTHER_TENANT, "hello", "prod"), now());
        assertThat(Answers.of(runs().create(RunId.create(now()), order, Optional.of(new IdempotencyKey("k1", "x")))))
                .isInstanceOf(Created.New.class);
    }

    @Test
    default void oneKeyMakesOneRunHoweverManyAskAtOnce() {
        IdempotencyKey key = new IdempotencyKey("k1", "hash");
        List<Created> answers = Answers.atOnce(50,
                i -> runs().create(RunId.create(now()), Samples.order(STAGE, now()), Optional.of(key)));

        assertThat(answers).filteredOn(Created.New.class::isInstance).hasSize(1);
        Set<RunId> named = answers.stream().map(answer -> switch (answer) {
            case Created.New made -> made.run().id();
            case Created.Replayed replayed -> replayed.run().id();
            case Created.KeyReused reused -> throw new AssertionError("refused: " + reused);
        }).collect(Collectors.toSet());
        assertThat(named).hasSize(1);
        assertThat(Answers.of(runs().list(TENANT, RunStore.RunFilter.ALL, Optional.empty(), 100)).items()).hasSize(1);
    }

    private Instant now() {
        return clock().instant();
    }

    private Run found(RunId id) {
        return Answers.of(runs().find(id)).orElseThrow();
    }

    private RunId queued(IdempotencyKey key) {
        RunId id = RunId.create(now());
        Created created = Answers.of(runs().create(id, Samples.order(STAGE, now()), Optional.of(key)));
        assertThat(created).isInstanceOf(Created.New.class);
        return id;
    }
}
