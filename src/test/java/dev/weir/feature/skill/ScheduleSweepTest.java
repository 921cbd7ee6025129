package dev.weir.feature.skill;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.schedule.Launcher;
import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleSweepTest {
    private static final Plan HOURLY = new Plan("0 * * * *", "UTC", "{}", false);
    private static final Plan DAILY = new Plan("0 4 * * *", "UTC", "{}", false);

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryScheduleStore store = new MemoryScheduleStore();
    private final Ticker ticker = new Ticker(store, new Nobody(), (_, _) -> Future.succeededFuture(),
            new Ticker.Settings(Duration.ofMinutes(5), 3, 10), clock);
    private final ScheduleSweep sweep = new ScheduleSweep(catalog, store, ticker);

    @Test
    void whatIsMissingOrOtherwiseIsSet() {
        StageRef missing = stage("missing", true, HOURLY);
        StageRef changed = stage("changed", true, HOURLY);
        StageRef right = stage("right", true, HOURLY);
        Answers.of(ticker.set(changed, DAILY));
        Schedule before = Answers.of(ticker.set(right, HOURLY));

        assertThat(sweep()).isEqualTo(2);

        assertThat(plan(missing)).contains(HOURLY);
        assertThat(plan(changed)).contains(HOURLY);
        assertThat(Answers.of(store.find(right))).contains(before);
        assertThat(sweep()).isZero();
    }

    @Test
    void whatNoStageSaysIsRemovedAlsoIfItIsPaused() {
        StageRef off = stage("off", false, HOURLY);
        StageRef gone = new StageRef(TENANT, "gone", "prod");
        for (StageRef each : new StageRef[]{off, gone}) {
            Schedule set = Answers.of(ticker.set(each, HOURLY));
            Answers.of(store.move(set, paused(set.state())));
        }
        assertThat(sweep()).isEqualTo(2);
        assertThat(Answers.of(store.page(Optional.empty(), 10))).isEmpty();
    }

    @Test
    void aPauseStays() {
        StageRef stage = stage("prod", true, HOURLY);
        Schedule set = Answers.of(ticker.set(stage, HOURLY));
        Answers.of(store.move(set, paused(set.state())));
        assertThat(sweep()).isZero();
        assertThat(Answers.of(store.find(stage)).orElseThrow().state().paused()).contains("tired");
    }

    @Test
    void itGoesOnOverManyPagesAndOverWhatIsNotValidAnyMore() {
        for (int i = 0; i < 250; i++) {
            stage("s" + i, true, i == 7 ? new Plan("0 * * * *", "Atlantis/Old", "{}", false) : HOURLY);
            Answers.of(ticker.set(new StageRef(TENANT, "gone", "s" + i), HOURLY));
        }
        assertThat(sweep()).isEqualTo(250 + 249);
        assertThat(Answers.of(store.page(Optional.empty(), 1000))).hasSize(249)
                .allSatisfy(each -> assertThat(each.stage().skill()).isEqualTo("hello"));
    }

    @Test
    void itStopsBetweenTwoPagesWhenItIsTold() {
        for (int i = 0; i < 250; i++) {
            stage("s" + i, true, HOURLY);
        }
        assertThat(sweep.run(() -> true)).isEqualTo(100);
        assertThat(sweep()).isEqualTo(150);
    }

    private int sweep() {
        return sweep.run(() -> false);
    }

    private Optional<Plan> plan(StageRef stage) {
        return Answers.of(store.find(stage)).map(Schedule::plan);
    }

    private StageRef stage(String name, boolean enabled, Plan plan) {
        StageRef ref = new StageRef(TENANT, STAGE.skill(), name);
        Samples.stage(catalog, ref, clock.instant());
        Answers.of(catalog.put(new Stage(ref, Samples.automated(enabled, plan), Optional.empty(), clock.instant(),
                clock.instant())));
        return ref;
    }

    private static State paused(State state) {
        return new State(state.revision(), state.last(), state.next(), List.of(), 3, Optional.of("tired"),
                Optional.empty(), Optional.empty());
    }

    /** Nothing is started here. */
    private static final class Nobody implements Launcher {
        @Override
        public Future<Launched> launch(StageRef stage, Plan plan, String key) {
            throw new AssertionError("started");
        }

        @Override
        public Future<Optional<RunId>> find(StageRef stage, String key) {
            throw new AssertionError("looked for");
        }

        @Override
        public Future<Standing> standing(RunId run) {
            throw new AssertionError("asked");
        }
    }
}
