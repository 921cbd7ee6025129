package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryLedger;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AftermathTest {
    private final HandClock clock = new HandClock();
    private final MemoryRunStore store = new MemoryRunStore(clock);
    private final Limits limits = new Limits(
            Map.of(Dimension.CONCURRENT_RUNS, 500L, Dimension.BILLABLE_TIME_PER_MONTH, 1_000_000_000L));
    private final Quotas quotas = new Quotas(new MemoryLedger(),
            scope -> Future.succeededFuture(scope.stage().isEmpty() ? limits : Limits.NONE), clock,
            Duration.ofMinutes(10));
    private final List<RunId> announced = new ArrayList<>();
    private final List<RunStatus> tallied = new ArrayList<>();
    private final Set<RunId> unreachable = new HashSet<>();
    private final Aftermath aftermath = new Aftermath(store, quotas, run -> {
        announced.add(run.id());
        return unreachable.contains(run.id()) ? Future.failedFuture("nobody listens") : Future.succeededFuture();
    }, tallied::add);

    private RunId ended(Outcome outcome, boolean executed) {
        RunId id = RunId.create(clock.instant());
        clock.advance(Duration.ofMillis(1));
        Answers.of(store.create(id, Samples.order(Samples.STAGE, clock.instant()), Optional.empty()));
        Answers.of(quotas.admit(id, 1, Samples.STAGE, Duration.ofSeconds(90)));
        Answers.of(store.claim(id, clock.instant(), clock.instant()));
        if (executed) {
            Answers.of(store.bind(id, 1, "boot", List.of(), clock.instant()));
        }
        Answers.of(store.finish(id, 1, outcome));
        return id;
    }

    private List<Long> used() {
        return Answers.of(quotas.view(Scope.of(Samples.TENANT))).stream().map(Allowance::used).toList();
    }

    @Test
    void whatWasExecutedIsSettledAndWhatWasNotIsGivenBack() {
        RunId executed = ended(Samples.succeeded(clock.instant()), true);
        RunId refused = ended(Samples.throttled(clock.instant()), false);
        assertThat(used()).containsExactly(180_000L, 2L);
        assertThat(Answers.of(aftermath.sweep())).isEqualTo(2);
        assertThat(used()).containsExactly(1234L, 0L);
        assertThat(announced).containsExactly(executed, refused);
        assertThat(tallied).containsExactly(RunStatus.SUCCEEDED, RunStatus.THROTTLED);
        assertThat(Answers.of(aftermath.sweep())).isZero();
        assertThat(announced).hasSize(2);
    }

    @Test
    void oneThatFailsHoldsUpNoOtherAndIsTriedAgain() {
        List<RunId> ended = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ended.add(ended(Samples.failed(clock.instant()), true));
        }
        unreachable.addAll(ended.subList(0, 150));
        assertThat(Answers.of(aftermath.sweep())).isEqualTo(50);
        assertThat(announced).isEqualTo(ended);
        assertThat(used()).as("announcing comes after settling").containsExactly(5L * 200, 0L);
        unreachable.clear();
        assertThat(Answers.of(aftermath.sweep())).isEqualTo(150);
        assertThat(announced).hasSize(350);
        assertThat(tallied).hasSize(200);
        assertThat(used()).as("settled once").containsExactly(5L * 200, 0L);
    }
}
