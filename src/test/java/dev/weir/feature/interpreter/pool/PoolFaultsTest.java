package dev.weir.feature.interpreter.pool;

import static dev.weir.feature.interpreter.pool.PoolRig.ACME;
import static dev.weir.feature.interpreter.pool.PoolRig.ADA;
import static dev.weir.feature.interpreter.pool.PoolRig.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.interpreter.pool.PoolRig.Work;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the pool this one is modelled on got wrong, each by its number. */
class PoolFaultsTest {
    private static final ToolCall CALL = ToolCall.ExecuteCode.python("pass");

    private final PoolRig rig = new PoolRig();

    private Interpreter.ToolRun call(Work work) {
        return work.lease.interpreter().invoke(work.session(), CALL, Duration.ofSeconds(1),
                _ -> Future.succeededFuture());
    }

    @Test
    void s3_30_coldStartsOfOneKeyGoSideBySide() {
        rig.sandboxes.startsWait = true;
        Work first = rig.begin(ADA);
        Work second = rig.begin(ADA);
        assertThat(rig.sandboxes.starts).hasSize(2);
        assertThat(rig.state(ADA).starting()).isEqualTo(2);
        rig.sandboxes.arrive();
        rig.sandboxes.arrive();
        assertThat(first.session()).isNotEqualTo(second.session());
    }

    @Test
    void s3_32_aSpoiledSessionIsStoppedAtOnceAndNeverLentAgain() {
        Work work = rig.begin(ADA);
        String session = work.session();
        work.lease.spoil("timed out");
        work.lease.spoil("timed out");
        assertThat(rig.sandboxes.stopped).containsExactly(session);
        assertThat(rig.state(ADA).quarantined()).isEqualTo(1);
        work.end();
        assertThat(rig.pool.size()).isZero();
        assertThat(rig.use(ADA)).isNotEqualTo(session);
        assertThat(rig.sandboxes.stopped).containsExactly(session);
    }

    @Test
    void s3_32_aFailedAnAbandonedAndAnUnfinishedCallSpoil() {
        Work failed = rig.begin(ADA);
        call(failed);
        rig.sandboxes.calls.getLast().fail(new ProblemException(new Problem.UpstreamTimeout("the service")));
        assertThat(rig.sandboxes.stopped).containsExactly(failed.session());

        Work abandoned = rig.begin(ADA);
        call(abandoned).abandon();
        assertThat(rig.sandboxes.stopped).containsExactly(failed.session(), abandoned.session());

        Work unfinished = rig.begin(ADA);
        String session = unfinished.session();
        call(unfinished);
        unfinished.end();
        assertThat(rig.sandboxes.stopped).contains(session).hasSize(3);
    }

    @Test
    void s3_32_aCallThatEndedOrWasRefusedDoesNotSpoil() {
        Work work = rig.begin(ADA);
        call(work);
        rig.sandboxes.calls.getLast().complete();
        call(work);
        rig.sandboxes.calls.getLast().fail(new ProblemException(Problem.Invalid.of("", "no such language")));
        work.end();
        assertThat(rig.sandboxes.stopped).isEmpty();
        assertThat(rig.pool.size()).isEqualTo(1);
    }

    @Test
    void s3_36_aFlushDuringAStartLeavesNothingBehind() {
        rig.sandboxes.startsWait = true;
        Work work = rig.begin(ADA);
        assertThat(rig.pool.flush(ACME)).isEqualTo(1);
        rig.sandboxes.arrive();
        String session = work.session(); // the work that waited for it may use it
        assertThat(rig.sandboxes.stopped).isEmpty();
        work.end();
        assertThat(rig.sandboxes.stopped).containsExactly(session);
        assertThat(rig.pool.size()).isZero();
    }

    @Test
    void s3_36_aStartAskedForAfterTheFlushIsKept() {
        rig.sandboxes.startsWait = true;
        Work before = rig.begin(ADA);
        rig.pool.flush(ACME);
        Work after = rig.begin(ADA);
        rig.sandboxes.arrive();
        rig.sandboxes.arrive();
        String kept = after.session();
        after.end();
        before.end();
        assertThat(rig.pool.size()).isEqualTo(1);
        assertThat(rig.use(ADA)).isEqualTo(kept);
    }

    @Test
    void s3_37_aFlushDoesNotTouchWorkUnderWay() {
        Work work = rig.begin(ADA);
        String session = work.session();
        assertThat(rig.pool.flush(ACME)).isEqualTo(1);
        assertThat(rig.sandboxes.stopped).isEmpty();
        assertThat(rig.state(ADA).sessions()).singleElement().extracting(PoolState.Session::drained).isEqualTo(true);
        assertThat(rig.begin(ADA).session()).isNotEqualTo(session);
        work.end();
        assertThat(rig.sandboxes.stopped).containsExactly(session);
    }

    @Test
    void s3_38_keysWithoutSessionsAreForgotten() {
        rig.sandboxes.startsWait = true;
        Work failing = rig.begin(ADA);
        rig.sandboxes.starts.removeFirst().fail("no");
        assertThat(failing.result.failed()).isTrue();
        assertThat(rig.pool.state(ACME)).isEmpty();
        rig.sandboxes.startsWait = false;
        rig.use(ADA);
        rig.pool.flush(ACME);
        assertThat(rig.pool.state(ACME)).isEmpty();
    }

    @Test
    void s3_39_aSessionAboutToEndIsNotLent() {
        String session = rig.use(ADA);
        rig.pass(Duration.ofMinutes(29));
        assertThat(rig.use(ADA)).isEqualTo(session);
        rig.pass(Duration.ofMinutes(29)); // two minutes are left, which is exactly the margin
        Work work = rig.begin(ADA);
        assertThat(work.session()).isEqualTo(session);
        assertThat(work.lease.left()).isEqualTo(SETTINGS.margin());
        rig.pass(Duration.ofNanos(1));
        work.end();
        assertThat(rig.use(ADA)).isNotEqualTo(session);
        assertThat(rig.pool.prune()).isEqualTo(1);
    }

    @Test
    void s3_39_workSaysHowMuchLifeItNeeds() {
        String session = rig.use(ADA);
        rig.pass(Duration.ofMinutes(20));
        assertThat(rig.begin(ADA, Wish.lasting(Duration.ofMinutes(41))).session()).isNotEqualTo(session);
        assertThat(rig.begin(ADA, Wish.lasting(Duration.ofMinutes(40))).session()).isEqualTo(session);
    }

    @Test
    void s3_40_aLeaseIsOfNoUseAfterItsEnd() {
        Work work = rig.begin(ADA);
        Interpreter kept = work.lease.interpreter();
        String session = work.session();
        work.end();
        Work next = rig.begin(ADA);
        assertThat(next.session()).isEqualTo(session);
        assertThatThrownBy(work.lease::session).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(work.lease::interpreter).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> work.lease.spoil("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> work.lease.note("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kept.invoke(session, CALL, Duration.ofSeconds(1), _ -> Future.succeededFuture()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(rig.sandboxes.calls).isEmpty();
        assertThat(rig.sandboxes.stopped).isEmpty();
    }

    @Test
    void s3_40_aLesseeReachesItsOwnSessionOnly() {
        Work work = rig.begin(ADA);
        assertThatThrownBy(() -> work.lease.interpreter().invoke("s99", CALL, Duration.ofSeconds(1),
                _ -> Future.succeededFuture())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> work.lease.interpreter().stop(work.session()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void s3_40_workThatThrowsGivesBack() {
        Future<String> result = rig.pool.withSession(ADA, _ -> {
            throw new IllegalArgumentException("work");
        });
        assertThat(result.cause()).hasMessage("work");
        assertThat(rig.state(ADA).warm()).isEqualTo(1);
    }

    @Test
    void s3_44_aRequestGivenUpDuringTheStartLeaksNothing() {
        rig.sandboxes.startsWait = true;
        Promise<Void> givenUp = Promise.promise();
        Work work = rig.begin(ADA, new Wish(Duration.ZERO, givenUp.future()));
        givenUp.complete();
        assertThat(work.result.cause()).isInstanceOf(CancellationException.class);
        rig.sandboxes.arrive();
        assertThat(work.lease).as("work that was not begun").isNull();
        assertThat(rig.state(ADA).warm()).isEqualTo(1);
        assertThat(rig.begin(ADA).lease.fresh()).isFalse();
    }

    @Test
    void s3_44_givenUpAndFlushedItIsStopped() {
        rig.sandboxes.startsWait = true;
        Promise<Void> givenUp = Promise.promise();
        rig.begin(ADA, new Wish(Duration.ZERO, givenUp.future()));
        givenUp.fail("gone");
        rig.pool.flush(ACME);
        rig.sandboxes.arrive();
        assertThat(rig.sandboxes.live).isEmpty();
        assertThat(rig.pool.size()).isZero();
    }

    @Test
    void aFailedStartFailsItsOwnRequestOnly() {
        rig.sandboxes.startsWait = true;
        Work first = rig.begin(ADA);
        Work second = rig.begin(ADA);
        rig.sandboxes.starts.removeFirst().fail("no");
        rig.sandboxes.arrive();
        assertThat(first.result.failed()).isTrue();
        assertThat(second.session()).isEqualTo("s1");
        assertThat(rig.events(PoolEvent.StartFailed.class)).hasSize(1);
    }

    @Test
    void notesStayWithTheSession() {
        Work work = rig.begin(ADA);
        work.lease.note("bundle");
        work.end();
        Work warm = rig.begin(ADA);
        assertThat(warm.lease.isNoted("bundle")).isTrue();
        assertThat(rig.begin(ADA).lease.isNoted("bundle")).isFalse();
    }

    @Test
    void closingWaitsForWorkThenStopsEverything() throws Exception {
        rig.fill(ADA, 2);
        Work work = rig.begin(ADA);
        Future<Void> closed = rig.pool.close();
        assertThat(rig.sandboxes.live).containsExactly(work.session());
        assertThat(closed.isComplete()).isFalse();
        assertThat(rig.begin(ADA).result.failed()).isTrue();
        work.end();
        closed.await(5, TimeUnit.SECONDS);
        assertThat(rig.sandboxes.live).isEmpty();
        assertThat(rig.pool.close()).isSameAs(closed);
    }

    @Test
    void closingDoesNotWaitForEver() throws Exception {
        Work endless = rig.begin(ADA);
        rig.sandboxes.startsWait = true;
        Work starting = rig.begin(ADA);
        rig.pool.close().await(5, TimeUnit.SECONDS);
        assertThat(rig.sandboxes.stopped).containsExactly(endless.session());
        rig.sandboxes.arrive();
        assertThat(starting.result.failed()).isTrue();
        assertThat(rig.sandboxes.live).isEmpty();
        endless.end();
        assertThat(rig.pool.size()).isZero();
    }
}
