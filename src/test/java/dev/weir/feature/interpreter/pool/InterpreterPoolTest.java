package dev.weir.feature.interpreter.pool;

import static dev.weir.feature.interpreter.pool.PoolRig.ACME;
import static dev.weir.feature.interpreter.pool.PoolRig.ADA;
import static dev.weir.feature.interpreter.pool.PoolRig.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.interpreter.pool.PoolRig.Work;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import java.time.Duration;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The pool's rules, each by the number of the behaviour it owes. */
class InterpreterPoolTest {
    private static final PoolKey GRACE = new PoolKey(ACME, "grace", "default-public");
    private static final PoolKey OTHER = new PoolKey(new TenantId("other"), "ada", "default-public");
    private static final PoolKey INTERNAL = new PoolKey(ACME, "ada", "internal-only");

    private final PoolRig rig = new PoolRig();

    @Test
    void s3_01_noKeyWithoutAllThreeParts() {
        assertThatThrownBy(() -> new PoolKey(null, "ada", "e")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new PoolKey(ACME, null, "e")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new PoolKey(ACME, " ", "e")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PoolKey(ACME, "ada", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PoolKey(ACME, "a".repeat(257), "e")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void s3_01_aWarmSessionIsForItsOwnKeyOnly() {
        String session = rig.use(ADA);
        assertThat(List.of(rig.use(GRACE), rig.use(OTHER), rig.use(INTERNAL))).doesNotContain(session)
                .doesNotHaveDuplicates();
        assertThat(rig.use(ADA)).isEqualTo(session);
    }

    @Test
    void s3_02_defaults() {
        assertThat(PoolSettings.DEFAULT.warm()).isEqualTo(8);
        assertThat(PoolSettings.DEFAULT.idle()).isEqualTo(Duration.ofMinutes(30));
        assertThat(PoolSettings.DEFAULT.lifetime()).isEqualTo(Duration.ofHours(1));
        rig.use(ADA);
        assertThat(rig.sandboxes.lifetimes).containsExactly(Duration.ofHours(1));
    }

    @Test
    void s3_03_aFreeSessionElseAFreshOne() {
        Work first = rig.begin(ADA);
        assertThat(first.lease.fresh()).isTrue();
        Work second = rig.begin(ADA);
        assertThat(second.session()).isNotEqualTo(first.session());
        String name = first.session();
        first.end();
        Work third = rig.begin(ADA);
        assertThat(third.session()).isEqualTo(name);
        assertThat(third.lease.fresh()).isFalse();
        assertThat(rig.state(ADA).hitRate()).isEqualTo(1.0 / 3);
    }

    @Test
    void s3_04_warmSessionsAreUsedInRotation() {
        List<String> sessions = rig.fill(ADA, 3);
        assertThat(List.of(rig.use(ADA), rig.use(ADA), rig.use(ADA), rig.use(ADA)))
                .containsExactly(sessions.get(0), sessions.get(1), sessions.get(2), sessions.get(0));
    }

    @Test
    void s3_05_exactlyAtTheLimitIsStale() {
        String session = rig.use(ADA);
        rig.pass(SETTINGS.idle().minusNanos(1));
        assertThat(rig.use(ADA)).isEqualTo(session);
        rig.pass(SETTINGS.idle());
        assertThat(rig.use(ADA)).isNotEqualTo(session);
    }

    @Test
    void s3_06_aStaleSessionIsSkippedAndStoppedByPruneOnly() {
        String stale = rig.use(ADA);
        rig.pass(SETTINGS.idle());
        rig.use(ADA);
        assertThat(rig.sandboxes.stopped).isEmpty();
        assertThat(rig.pool.size(ADA)).isEqualTo(2);
        assertThat(rig.pool.prune()).isEqualTo(1);
        assertThat(rig.sandboxes.stopped).containsExactly(stale);
    }

    @Test
    void s3_07_atTheCapTheOldestFreeOnesGo() {
        List<String> sessions = rig.fill(ADA, 3);
        rig.pass(SETTINGS.idle());
        rig.begin(ADA);
        assertThat(rig.sandboxes.stopped).containsExactly(sessions.getFirst());
        rig.begin(ADA);
        rig.begin(ADA);
        assertThat(rig.sandboxes.stopped).containsExactlyElementsOf(sessions);
    }

    @Test
    void s3_07_aBurstExceedsTheCapAndNoSessionInUseIsEvicted() {
        List<Work> burst = List.of(rig.begin(ADA), rig.begin(ADA), rig.begin(ADA), rig.begin(ADA), rig.begin(ADA));
        assertThat(rig.pool.size(ADA)).isEqualTo(5);
        assertThat(rig.sandboxes.stopped).isEmpty();
        List<String> sessions = burst.stream().map(Work::session).toList();
        burst.forEach(Work::end);
        assertThat(rig.sandboxes.stopped).containsExactlyElementsOf(sessions.subList(0, 2));
        assertThat(rig.state(ADA).warm()).isEqualTo(3);
    }

    @Test
    void s3_08_nobodyWaitsForAStop() {
        rig.fill(ADA, 1);
        rig.sandboxes.stopFailure = Optional.of(new IllegalStateException("no answer"));
        rig.pass(SETTINGS.idle());
        assertThat(rig.pool.prune()).isEqualTo(1);
        assertThat(rig.pool.size()).isZero();
    }

    @Test
    void s3_09_theEndOfTheWorkFreesAndRefreshes() {
        Work work = rig.begin(ADA);
        rig.pass(SETTINGS.idle());
        String session = work.session();
        assertThat(rig.pool.prune()).isZero();
        work.end();
        rig.pass(SETTINGS.idle().minusMinutes(5));
        assertThat(rig.use(ADA)).isEqualTo(session);
    }

    @Test
    void s3_10_flushTakesATenantsSessionsAndNoOthers() {
        rig.fill(ADA, 2);
        rig.use(GRACE);
        String other = rig.use(OTHER);
        assertThat(rig.pool.flush(ACME)).isEqualTo(3);
        assertThat(rig.pool.size()).isEqualTo(1);
        assertThat(rig.use(OTHER)).isEqualTo(other);
        assertThat(rig.pool.flushAll()).isEqualTo(1);
        assertThat(rig.sandboxes.live).isEmpty();
        assertThat(rig.pool.flushAll()).isZero();
    }

    @Test
    void s3_11_aFailedStopIsCountedAndTheSessionStillGone() {
        rig.fill(ADA, 2);
        rig.sandboxes.stopFailure = Optional.of(new IllegalStateException("no answer"));
        assertThat(rig.pool.flush(ACME)).isEqualTo(2);
        assertThat(rig.events(PoolEvent.StopFailed.class)).hasSize(2);
        assertThat(rig.pool.totals().stopping()).isZero();
    }

    @Test
    void s3_12_pruneSkipsWhatIsInUse() {
        Work inUse = rig.begin(ADA);
        rig.use(GRACE);
        rig.pass(SETTINGS.lifetime());
        assertThat(rig.pool.prune()).isEqualTo(1);
        assertThat(rig.pool.state(ACME)).extracting(PoolState::key).containsExactly(ADA);
        inUse.end();
        assertThat(rig.pool.prune()).isEqualTo(1);
        assertThat(rig.pool.state(ACME)).isEmpty();
    }

    @Test
    void s3_13_sizes() {
        rig.fill(ADA, 2);
        rig.begin(ADA);
        rig.begin(GRACE);
        assertThat(rig.pool.size()).isEqualTo(3);
        assertThat(rig.pool.size(ADA)).isEqualTo(2);
        assertThat(rig.pool.size(OTHER)).isZero();
        assertThat(rig.state(ADA).inUse()).isEqualTo(1);
        assertThat(rig.pool.totals()).isEqualTo(new PoolTotals(1, 2, 0, 0));
    }

    @Test
    void moreThanTheLimitIsRefusedUnlessAnotherKeyHasFreeOnes() {
        for (int i = 0; i < SETTINGS.limit() - 1; i++) {
            rig.begin(i % 2 == 0 ? ADA : GRACE);
        }
        String idle = rig.use(OTHER);
        rig.begin(INTERNAL);
        assertThat(rig.sandboxes.stopped).containsExactly(idle);
        Work refused = rig.begin(OTHER);
        assertThat(refused.result.cause()).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isInstanceOf(Problem.Unavailable.class));
        assertThat(rig.events(PoolEvent.Refused.class)).hasSize(1);
    }

    @Test
    void aFailingListenerChangesNothing() {
        InterpreterPool pool = new InterpreterPool(_ -> rig.sandboxes, SETTINGS, rig.nanos::get, _ -> {
            throw new IllegalStateException("listener");
        });
        assertThat(pool.withSession(ADA, lease -> Future.succeededFuture(lease.session())).result())
                .isEqualTo("s1");
    }

    @Test
    void thePoolSaysWhatAColdStartTakes() {
        rig.sandboxes.startsWait = true;
        assertThat(rig.pool.coldStart()).isEmpty();
        for (int seconds : new int[]{5, 1, 3}) {
            rig.begin(ADA);
            rig.pass(Duration.ofSeconds(seconds));
            rig.sandboxes.arrive();
        }
        assertThat(rig.pool.coldStart()).contains(Duration.ofSeconds(3));
        assertThat(rig.state(ADA).lastColdStart()).contains(Duration.ofSeconds(3));
        assertThat(rig.events(PoolEvent.Started.class)).extracting(PoolEvent.Started::took)
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void warmingUpStartsAsManyAsAreKept() {
        for (int i = 0; i < 5; i++) {
            assertThat(rig.pool.warmUp(ADA).succeeded()).isTrue();
        }
        assertThat(rig.state(ADA).warm()).isEqualTo(3);
        assertThat(rig.begin(ADA).lease.fresh()).isFalse();
    }
}
