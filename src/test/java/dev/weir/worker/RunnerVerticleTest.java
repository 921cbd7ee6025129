package dev.weir.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Stage.Size;
import dev.weir.fixture.Answers;
import dev.weir.fixture.ScriptedRuntime.Peer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invocations, queue, quota and execution as one gateway has them, on a real database; microVMs are the test's. */
class RunnerVerticleTest {
    @TempDir
    private Path directory;

    private WorkerRig rig;

    @BeforeEach
    void open() {
        rig = new WorkerRig(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private List<Run> allOver(List<RunId> runs) {
        await().atMost(Duration.ofSeconds(60)).until(() -> runs.stream().map(rig::run)
                .allMatch(run -> run.status().isTerminal()));
        return runs.stream().map(rig::run).toList();
    }

    private static long count(List<Run> runs, RunStatus status) {
        return runs.stream().filter(run -> run.status() == status).count();
    }

    @Test
    void ofTwoHundredAtOnceAgainstFiftyExactlyFiftyAreExecuted() {
        rig.limit(Map.of(Dimension.RUNS_PER_HOUR, 50L, Dimension.BILLABLE_TIME_PER_MONTH, 100_000_000L));
        rig.everyRunSucceeds();
        rig.work(16, 1);
        List<Run> runs = allOver(Answers.atOnce(200, i -> rig.invoke(Size.S)));
        assertThat(count(runs, RunStatus.SUCCEEDED)).isEqualTo(50);
        assertThat(count(runs, RunStatus.THROTTLED)).isEqualTo(150);
        assertThat(rig.runtime.opened()).hasSize(50);
        rig.awaitSettled();
        assertThat(rig.used(Dimension.RUNS_PER_HOUR)).isEqualTo(50);
        assertThat(runs).filteredOn(run -> run.status() == RunStatus.THROTTLED).allSatisfy(run -> {
            assertThat(run.startedAt()).isEmpty();
            assertThat(run.outcome().map(Outcome::billable)).contains(Duration.ZERO);
        });
        long billed = runs.stream().mapToLong(run -> run.outcome().orElseThrow().billable().toMillis()).sum();
        assertThat(rig.used(Dimension.BILLABLE_TIME_PER_MONTH)).isEqualTo(billed);
        assertThat(rig.ended("throttled")).isEqualTo(150);
    }

    @Test
    void noMoreExecuteAtOnceThanMayAndAnEndMakesRoomAtOnce() throws Exception {
        rig.limit(Map.of(Dimension.CONCURRENT_RUNS, 2L));
        rig.work(16, 1);
        RunId first = Answers.of(rig.invoke(Size.S));
        RunId second = Answers.of(rig.invoke(Size.S));
        Peer one = rig.attached();
        Peer two = rig.attached();
        RunId third = Answers.of(rig.invoke(Size.S));
        assertThat(allOver(List.of(third)).getFirst().status()).isEqualTo(RunStatus.THROTTLED);
        WorkerRig.succeed(one);
        WorkerRig.succeed(two);
        allOver(List.of(first, second));
        rig.awaitSettled();
        assertThat(rig.used(Dimension.CONCURRENT_RUNS)).isZero();
        RunId fourth = Answers.of(rig.invoke(Size.S));
        WorkerRig.succeed(rig.attached());
        assertThat(allOver(List.of(fourth)).getFirst().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void atALimitOfNothingNothingIsExecuted() {
        rig.limit(Map.of(Dimension.CONCURRENT_RUNS, 0L));
        rig.work(16, 1);
        assertThat(allOver(Answers.atOnce(20, i -> rig.invoke(i % 2 == 0 ? Size.S : Size.XL))))
                .allMatch(run -> run.status() == RunStatus.THROTTLED);
        assertThat(rig.runtime.opened()).isEmpty();
    }

    @Test
    void longRunsTakeNoShortPlacesNorShortRunsLongOnes() throws Exception {
        rig.work(2, 1);
        List<RunId> slow = List.of(Answers.of(rig.invoke(Size.L)), Answers.of(rig.invoke(Size.XL)));
        Peer long1 = rig.attached();
        List<RunId> quick = List.of(Answers.of(rig.invoke(Size.S)), Answers.of(rig.invoke(Size.M)),
                Answers.of(rig.invoke(Size.S)));
        Peer short1 = rig.attached();
        Peer short2 = rig.attached();
        await().during(Duration.ofMillis(100)).until(() -> rig.runtime.opened().size() == 3);
        assertThat(rig.run(slow.get(1)).status()).isEqualTo(RunStatus.QUEUED);
        assertThat(rig.run(quick.get(2)).status()).isEqualTo(RunStatus.QUEUED);

        WorkerRig.succeed(long1);
        WorkerRig.succeed(rig.attached());
        allOver(slow);
        assertThat(rig.run(quick.get(2)).status()).as("two short places, both taken").isEqualTo(RunStatus.QUEUED);
        WorkerRig.succeed(short1);
        WorkerRig.succeed(short2);
        WorkerRig.succeed(rig.attached());
        assertThat(allOver(quick)).allMatch(run -> run.status() == RunStatus.SUCCEEDED);
    }

    @Test
    void aLimitLoweredLaterIsHeldToAtOnce() throws Exception {
        rig.work(4, 1);
        RunId unlimited = Answers.of(rig.invoke(Size.S));
        Peer peer = rig.attached();
        rig.limit(Map.of(Dimension.RUNS_PER_DAY, 0L));
        assertThat(allOver(List.of(Answers.of(rig.invoke(Size.S)))).getFirst().status())
                .isEqualTo(RunStatus.THROTTLED);
        WorkerRig.succeed(peer);
        assertThat(allOver(List.of(unlimited)).getFirst().status()).isEqualTo(RunStatus.SUCCEEDED);
        rig.limits = Limits.NONE;
        RunId again = Answers.of(rig.invoke(Size.S));
        WorkerRig.succeed(rig.attached());
        assertThat(allOver(List.of(again)).getFirst().status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void whileNobodyCanTellRunsWaitAndNoneIsExecuted() throws Exception {
        rig.isBookOpen = false;
        rig.work(4, 1);
        List<RunId> runs = Answers.atOnce(20, i -> rig.invoke(Size.S));
        await().during(Duration.ofMillis(200)).until(() -> runs.stream().map(rig::run)
                .allMatch(run -> !run.status().isTerminal()));
        assertThat(rig.runtime.opened()).isEmpty();
        assertThat(rig.cancel(runs.getFirst()).cancelledBy()).contains("olga");
        rig.isBookOpen = true;
        rig.everyRunSucceeds();
        List<Run> over = allOver(runs);
        assertThat(count(over, RunStatus.SUCCEEDED)).isEqualTo(19);
        assertThat(over.getFirst().status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aRunCancelledWhileItWaitsFreesNothingItNeverHad() {
        rig.limit(Map.of(Dimension.RUNS_PER_HOUR, 5L));
        RunId run = Answers.of(rig.invoke(Size.S));
        assertThat(rig.cancel(run).status()).isEqualTo(RunStatus.CANCELLED);
        rig.work(4, 1);
        rig.awaitSettled();
        assertThat(rig.used(Dimension.RUNS_PER_HOUR)).isZero();
        assertThat(rig.ended("cancelled")).isEqualTo(1);
    }

    @Test
    void aMessageNobodyCanFinishFailsItsRunWithTheReason() {
        RunId run = Answers.of(rig.invoke(Size.S));
        rig.receiveTooOften();
        rig.work(4, 1);
        Run failed = allOver(List.of(run)).getFirst();
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.outcome().flatMap(Outcome::error)).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo("runtime_error");
            assertThat(error.message()).contains("given up");
        });
        await().until(() -> rig.count("weir.queue.dead_letters") == 1);
        assertThat(rig.runtime.opened()).isEmpty();
    }
}
