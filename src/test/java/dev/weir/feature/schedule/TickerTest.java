package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TickerTest {
    private static final Plan HOURLY = new Plan("0 * * * *", "UTC", "{}", false);
    private static final Plan OTHER_INPUT = new Plan("0 * * * *", "UTC", "1", true);
    private static final StageRef OTHER = new StageRef(Samples.TENANT, "hello", "test");
    private static final String STAGE_KEY = "schedule hello/prod ";

    private final HandClock clock = new HandClock();
    private final MemoryScheduleStore store = new MemoryScheduleStore();
    private final Runway runway = new Runway();
    private final List<String> notices = new ArrayList<>();
    private Future<Void> notice = Future.succeededFuture();
    private final Ticker ticker = ticker();

    /** A launcher that keeps its word about keys. */
    private final class Runway implements Launcher {
        private final Map<String, RunId> runs = new LinkedHashMap<>();
        private final Map<RunId, Standing> ended = new HashMap<>();
        private Standing standing = Standing.FINE;
        private Optional<Future<Launched>> answer = Optional.empty();
        private int calls;

        @Override
        public Future<Launched> launch(StageRef stage, Plan plan, String key) {
            calls++;
            return answer.orElseGet(() -> Future.succeededFuture(
                    new Launched.Started(runs.computeIfAbsent(key, _ -> RunId.create(clock.instant())))));
        }

        @Override
        public Future<Optional<RunId>> find(StageRef stage, String key) {
            return Future.succeededFuture(Optional.ofNullable(runs.get(key)));
        }

        @Override
        public Future<Standing> standing(RunId run) {
            return Future.succeededFuture(ended.getOrDefault(run, standing));
        }
    }

    @Test
    void itRunsWhenItsTimeHasComeAndOnce() {
        set(HOURLY);
        assertThat(tick()).isZero();
        clock.advance(Duration.ofMinutes(60));
        assertThat(tick()).isEqualTo(1);
        assertThat(tick()).isZero();
        clock.advance(Duration.ofMinutes(60));
        tick();
        assertThat(runway.runs.keySet()).containsExactly(STAGE_KEY + "2026-03-01T13:00:00Z",
                STAGE_KEY + "2026-03-01T14:00:00Z");
        assertThat(state().note()).isEmpty();
    }

    @Test
    void manyGatewaysStartOneRun() {
        set(HOURLY);
        clock.advance(Duration.ofMinutes(60));
        List<Tally> ticks = Answers.atOnce(8, _ -> ticker().tick());
        assertThat(ticks.stream().mapToInt(Tally::moved).sum()).isEqualTo(1);
        assertThat(ticks.stream().mapToInt(Tally::fired).sum()).isEqualTo(1);
        assertThat(runway.runs).hasSize(1);
    }

    @Test
    void whoDiesAfterTheStartIsRepeatedWithoutASecondRun() {
        set(HOURLY);
        clock.advance(Duration.ofMinutes(60));
        Answers.of(runway.launch(Samples.STAGE, HOURLY, STAGE_KEY + "2026-03-01T13:00:00Z"));
        tick();
        assertThat(runway.calls).isEqualTo(2);
        assertThat(runway.runs).hasSize(1);
        assertThat(state().lastRun()).contains(runway.runs.values().iterator().next());
    }

    @Test
    void afterAPauseOnlyARecentTimeFiresAndTheRestIsTold() {
        set(HOURLY);
        clock.advance(Duration.ofHours(5).plusMinutes(3));
        tick();
        assertThat(runway.runs.keySet()).containsExactly(STAGE_KEY + "2026-03-01T17:00:00Z");
        assertThat(state().note()).contains("4 times went by while nothing could run");
        clock.advance(Duration.ofHours(5).plusMinutes(10));
        tick();
        assertThat(runway.runs).as("17 past: too late for the hour").hasSize(1);
        assertThat(state().note()).contains("5 times went by while nothing could run");
        clock.advance(Duration.ofMinutes(47));
        tick();
        assertThat(runway.runs).hasSize(2);
    }

    @Test
    void itDoesNotOverlapUnlessItMay() {
        set(HOURLY);
        Answers.of(ticker.set(OTHER, new Plan("0 * * * *", "UTC", "{}", true)));
        clock.advance(Duration.ofHours(1));
        tick();
        runway.standing = Standing.UNDER_WAY;
        clock.advance(Duration.ofHours(1));
        tick();
        assertThat(runway.runs.keySet().stream().filter(key -> key.startsWith(STAGE_KEY))).hasSize(1);
        assertThat(runway.runs).hasSize(3);
        assertThat(state().note())
                .contains("the time of 2026-03-01T14:00:00Z was skipped: the run before had not ended");
        runway.standing = Standing.FINE;
        clock.advance(Duration.ofHours(1));
        tick();
        assertThat(runway.runs).hasSize(5);
    }

    @Test
    void failuresInARowPauseIt() {
        set(HOURLY);
        runway.standing = Standing.FAILED;
        for (int i = 0; i < 9; i++) {
            clock.advance(Duration.ofHours(1));
            tick();
        }
        assertThat(runway.runs).hasSize(3);
        assertThat(state().paused()).contains("3 runs in a row failed");
        Answers.of(ticker.resume(Samples.STAGE));
        assertThat(state().paused()).isEmpty();
        clock.advance(Duration.ofHours(1));
        tick();
        assertThat(runway.runs).hasSize(4);
    }

    @Test
    void oneThatEndsWellStartsTheCountAnew() {
        set(HOURLY);
        for (int i = 0; i < 12; i++) {
            runway.standing = i % 3 == 2 ? Standing.FINE : Standing.FAILED;
            clock.advance(Duration.ofHours(1));
            tick();
        }
        assertThat(runway.runs).hasSize(12);
    }

    @Test
    void refusalsPauseItTooAndSayWhy() {
        set(HOURLY);
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Refused("the input is not valid")));
        clock.advance(Duration.ofHours(1));
        tick();
        assertThat(state().note()).contains("refused: the input is not valid");
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofHours(1));
            tick();
        }
        assertThat(runway.calls).isEqualTo(3);
        assertThat(state().paused()).contains("3 runs in a row failed");
    }

    @Test
    void whileNobodyKnowsItIsTriedAgainAndDisturbsNoOther() {
        set(HOURLY);
        clock.advance(Duration.ofHours(1));
        runway.answer = Optional.of(Future.failedFuture("away"));
        assertThat(tick()).isZero();
        assertThat(state().last()).isEqualTo(clock.instant().minus(Duration.ofHours(1)));
        runway.answer = Optional.empty();
        clock.advance(Duration.ofMinutes(9));
        assertThat(tick()).isEqualTo(1);
        assertThat(runway.runs.keySet()).containsExactly(STAGE_KEY + "2026-03-01T13:00:00Z");
    }

    @Test
    void manyThatCannotBeStartedStandInNobodysWay() {
        runway.answer = Optional.of(Future.failedFuture("away"));
        for (int i = 0; i < 150; i++) {
            Answers.of(ticker.set(new StageRef(Samples.TENANT, "broken", "s" + i), HOURLY));
        }
        clock.advance(Duration.ofHours(1));
        tick();
        assertThat(runway.calls).as("a batch").isEqualTo(100);
        clock.advance(Duration.ofSeconds(1));
        tick();
        assertThat(runway.calls).as("the rest, not the same again").isEqualTo(150);
    }

    @Test
    void aClockThatGoesBackFiresNothingTwice() {
        set(HOURLY);
        clock.advance(Duration.ofHours(1).plusMinutes(1));
        tick();
        clock.advance(Duration.ofMinutes(-10));
        tick();
        clock.advance(Duration.ofMinutes(10));
        tick();
        assertThat(runway.calls).isEqualTo(1);
    }

    @Test
    void aPlanIsCheckedWhenItIsSet() {
        assertThat(Answers.problemOf(ticker.set(Samples.STAGE, new Plan("61 * * * *", "Mars", "{}", false))))
                .isInstanceOfSatisfying(Problem.Invalid.class,
                        invalid -> assertThat(invalid.violations()).hasSize(2));
    }

    @Test
    void theSamePlanAgainChangesNothingAndAResumeGoesOnFromNow() {
        Schedule first = set(HOURLY);
        clock.advance(Duration.ofMinutes(5));
        assertThat(set(HOURLY)).isEqualTo(first);
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Refused("no")));
        hours(3);
        State paused = state();
        assertThat(paused.paused()).isPresent();
        assertThat(Answers.of(ticker.ensure(Samples.STAGE, HOURLY))).isFalse();
        assertThat(set(HOURLY).state()).as("nor does who saves the stage again").isEqualTo(paused);
        assertThat(state()).as("a sweep does not resume").isEqualTo(paused);
        clock.advance(Duration.ofHours(9));
        assertThat(Answers.of(ticker.resume(Samples.STAGE)).state()).satisfies(going -> {
            assertThat(going.paused()).isEmpty();
            assertThat(going.failures()).isZero();
            assertThat(going.last()).isEqualTo(clock.instant());
            assertThat(going.note()).isEqualTo(paused.note());
        });
        assertThat(tick()).as("what went by while it was paused is gone").isZero();
        assertThat(Answers.problemOf(ticker.resume(OTHER))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    void savingTheStageAgainLosesNoTimeAndNoRun() {
        set(HOURLY);
        clock.advance(Duration.ofHours(1));
        set(HOURLY);
        assertThat(tick()).as("due, and not yet looked at").isEqualTo(1);
        runway.standing = Standing.UNDER_WAY;
        clock.advance(Duration.ofHours(1));
        set(HOURLY);
        tick();
        assertThat(runway.runs).as("the run before is still under way").hasSize(1);
    }

    @Test
    void anotherInputOrAnotherWordOnOverlapsKeepsHowItGoes() {
        set(HOURLY);
        hours(1);
        clock.advance(Duration.ofHours(1));
        State before = state();
        Schedule other = set(OTHER_INPUT);
        assertThat(other.plan()).isEqualTo(OTHER_INPUT);
        assertThat(other.state()).isEqualTo(before.revised(before.revision() + 1));
        assertThat(tick()).as("what was due is due").isEqualTo(1);

        runway.standing = Standing.FAILED;
        hours(3);
        State paused = state();
        assertThat(paused.paused()).isPresent();
        assertThat(Answers.of(ticker.ensure(Samples.STAGE, HOURLY))).isTrue();
        assertThat(state()).as("paused still").isEqualTo(paused.revised(paused.revision() + 1));
        assertThat(set(new Plan("0 * * * *", "Europe/Berlin", "{}", false)).state()).as("other times").satisfies(
                fresh -> assertThat(fresh.paused()).isEmpty(), fresh -> assertThat(fresh.failures()).isZero());
    }

    @Test
    void aPauseIsToldBeforeItIsStoredAndUntilItIs() {
        set(HOURLY);
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Refused("no")));
        hours(2);
        notice = Future.failedFuture("away");
        hours(1);
        assertThat(state().paused()).as("nobody was told").isEmpty();
        notice = Future.succeededFuture();
        clock.advance(Duration.ofMinutes(1));
        assertThat(Answers.of(ticker.tick())).isEqualTo(new Tally(1, 1, 0, 0, 1, 1));
        assertThat(state().paused()).isPresent();
        assertThat(notices).hasSize(2).allSatisfy(each -> assertThat(each).isEqualTo(notices.getFirst()));
    }

    @Test
    void anotherPlanOfTheStageReplacesTheOneThatIsDue() {
        Plan half = new Plan("30 * * * *", "UTC", "{}", false);
        set(HOURLY);
        Answers.of(ticker.set(OTHER, HOURLY));
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Superseded(Optional.of(half))));
        hours(1);
        assertThat(Answers.of(store.find(Samples.STAGE)).orElseThrow().plan()).isEqualTo(half);
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Superseded(Optional.empty())));
        clock.advance(Duration.ofMinutes(30));
        tick();
        assertThat(Answers.of(store.find(Samples.STAGE))).isEmpty();
        assertThat(runway.runs).isEmpty();
    }

    @Test
    void aPlanWithAnotherInputThatComesWhileItFiresLosesNoTime() {
        set(HOURLY);
        runway.answer = Optional.of(Future.succeededFuture(new Launched.Superseded(Optional.of(OTHER_INPUT))));
        hours(1);
        assertThat(Answers.of(store.find(Samples.STAGE)).orElseThrow().plan()).isEqualTo(OTHER_INPUT);
        runway.answer = Optional.empty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(tick()).isEqualTo(1);
        assertThat(runway.runs.keySet()).containsExactly(STAGE_KEY + "2026-03-01T13:00:00Z");
    }

    @Test
    void aPlanThatIsReplacedWhileItFiresIsLeftAlone() {
        Plan half = new Plan("30 * * * *", "UTC", "{}", false);
        set(HOURLY);
        Promise<Launched> late = Promise.promise();
        runway.answer = Optional.of(late.future());
        clock.advance(Duration.ofHours(1));
        Future<Tally> ticking = ticker.tick();
        Schedule replaced = set(half);
        late.complete(new Launched.Superseded(Optional.empty()));
        assertThat(Answers.of(ticking).moved()).isZero();
        assertThat(Answers.of(store.find(Samples.STAGE))).contains(replaced);
    }

    @Test
    void aTickCountsWhatItDid() {
        set(HOURLY);
        clock.advance(Duration.ofHours(3).plusMinutes(1));
        assertThat(Answers.of(ticker.tick())).isEqualTo(new Tally(1, 1, 1, 2, 0, 0));
        clock.advance(Duration.ofHours(2).plusMinutes(30));
        assertThat(Answers.of(ticker.tick())).as("too late for any").isEqualTo(new Tally(1, 1, 0, 2, 0, 0));
    }

    @Test
    void aPlanThatIsReplacedMeanwhileIsNotMovedOn() {
        Schedule seen = set(HOURLY);
        set(new Plan("30 * * * *", "UTC", "{}", false));
        assertThat(Answers.of(store.move(seen, seen.state()))).isFalse();
        clock.advance(Duration.ofMinutes(30));
        tick();
        assertThat(runway.runs.keySet()).containsExactly(STAGE_KEY + "2026-03-01T12:30:00Z");
    }

    private Ticker ticker() {
        return new Ticker(store, runway, this::told, new Ticker.Settings(Duration.ofMinutes(10), 3, 100), clock);
    }

    private void hours(int count) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofHours(1));
            tick();
        }
    }

    private Future<Void> told(Schedule schedule, String reason) {
        notices.add(schedule.stage() + " " + schedule.state().last() + " " + reason);
        return notice;
    }

    private Schedule set(Plan plan) {
        return Answers.of(ticker.set(Samples.STAGE, plan));
    }

    private int tick() {
        return Answers.of(ticker.tick()).moved();
    }

    private State state() {
        return Answers.of(store.find(Samples.STAGE)).orElseThrow().state();
    }
}
