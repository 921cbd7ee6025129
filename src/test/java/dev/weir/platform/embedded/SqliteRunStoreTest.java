package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.RunKeyContract;
import dev.weir.contract.RunListContract;
import dev.weir.contract.RunStoreContract;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqliteRunStoreTest extends SqliteTest implements RunStoreContract, RunKeyContract, RunListContract {
    private final HandClock clock = new HandClock();

    @Override
    public SqliteRunStore runs() {
        return new SqliteRunStore(database, clock);
    }

    @Override
    public HandClock clock() {
        return clock;
    }

    @Test
    void whatTheQueueKnowsIsAttendedTo() {
        SqliteRunQueue queue = new SqliteRunQueue(database, 100);
        Instant at = clock.instant();
        for (RunStatus status : List.of(RunStatus.QUEUED, RunStatus.RUNNING)) {
            RunId waiting = run(status, at);
            RunId buried = run(status, at);
            RunId lost = run(status, at);
            Answers.of(queue.offer(buried));
            String receipt = Answers.of(queue.lease(1, at, at.plusSeconds(1))).getFirst().receipt();
            Answers.of(queue.bury(receipt, "often", at));
            Answers.of(queue.offer(waiting));
            assertThat(Answers.of(runs().unattended(status, at.plusSeconds(9), Optional.empty(), 9)))
                    .map(RunStore.Unattended::run).containsExactly(lost);
            Answers.of(queue.acknowledge(Answers.of(queue.lease(1, at, at.plusSeconds(1))).getFirst().receipt()));
            assertThat(Answers.of(runs().unattended(status, at.plusSeconds(9), Optional.empty(), 9)))
                    .map(RunStore.Unattended::run).containsExactlyInAnyOrder(lost, waiting);
        }
    }

    @Test
    void itIsUnfinishedWhileAnyRunIs() {
        assertThat(Answers.of(runs().hasUnfinished())).isFalse();
        RunId run = run(RunStatus.QUEUED, clock.instant());
        Answers.of(new SqliteRunQueue(database, 100).offer(run));
        assertThat(Answers.of(runs().hasUnfinished())).isTrue();
        Answers.of(runs().claim(run, clock.instant(), clock.instant().plusSeconds(9)));
        assertThat(Answers.of(runs().hasUnfinished())).isTrue();
        Answers.of(runs().finish(run, 1, Samples.succeeded(clock.instant())));
        assertThat(Answers.of(runs().hasUnfinished())).isFalse();
    }

    @Test
    void theUnattendedAreFoundWithoutASortOrAWalkOverWhatIsOver() {
        assertThat(plan(SqliteRunStore.QUEUED_UNATTENDED)).anyMatch(step -> step.contains("USING INDEX run_queued"))
                .noneMatch(step -> step.startsWith("SCAN") || step.contains("TEMP B-TREE"));
        assertThat(plan(SqliteRunStore.RUNNING_UNATTENDED)).anyMatch(step -> step.contains("USING INDEX run_running"))
                .noneMatch(step -> step.startsWith("SCAN") || step.contains("TEMP B-TREE"));
        assertThat(plan(SqliteRunStore.LET_GO)).anyMatch(step -> step.contains("USING INDEX idempotency_key_by_run"));
    }

    private List<String> plan(String query) {
        Object[] arguments = query.chars().filter(each -> each == '?').mapToObj(_ -> "").toArray();
        return Answers.of(database.read(
                session -> session.list("explain query plan " + query, row -> row.text("detail"), arguments)));
    }

    private RunId run(RunStatus status, Instant at) {
        RunId run = RunId.create(at);
        Answers.of(runs().create(run, Samples.order(Samples.STAGE, at), Optional.empty()));
        if (status == RunStatus.RUNNING) {
            Answers.of(runs().claim(run, at, at));
        }
        return run;
    }
}
