package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Runs that take long, launchers that hang, clocks that are wrong. */
class TickerTroubleTest {
    private static final Plan HOURLY = new Plan("0 * * * *", "UTC", "{}", false);
    private static final Plan EACH_MINUTE = new Plan("* * * * *", "UTC", "{}", true);

    private final HandClock clock = new HandClock();
    private final MemoryScheduleStore store = new MemoryScheduleStore();
    private final Map<String, RunId> runs = new LinkedHashMap<>();
    private final Map<RunId, Instant> started = new HashMap<>();
    private Function<RunId, Future<Launcher.Standing>> standing = _ -> Future
            .succeededFuture(Launcher.Standing.FINE);
    private Function<StageRef, Optional<Future<Launcher.Launched>>> trouble = _ -> Optional.empty();
    private final Ticker ticker = new Ticker(store, new Runway(), (_, _) -> Future.succeededFuture(),
            new Ticker.Settings(Duration.ZERO, 3, 100, Duration.ofMillis(200)), clock);

    private final class Runway implements Launcher {
        @Override
        public Future<Launched> launch(StageRef stage, Plan plan, String key) {
            return trouble.apply(stage).orElseGet(() -> {
                RunId run = runs.computeIfAbsent(key, _ -> RunId.create(clock.instant()));
                started.putIfAbsent(run, clock.instant());
                return Future.succeededFuture(new Launched.Started(run));
            });
        }

        @Override
        public Future<Optional<RunId>> find(StageRef stage, String key) {
            return Future.succeededFuture(Optional.ofNullable(runs.get(key)));
        }

        @Override
        public Future<Standing> standing(RunId run) {
            return standing.apply(run);
        }
    }

    @Test
    void withoutAWindowATimeIsOnTimeForTwoMinutes() {
        set("prod", HOURLY);
        clock.advance(Duration.ofMinutes(62));
        assertThat(tick().fired()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(60).plusSeconds(1));
        assertThat(tick()).isEqualTo(new Tally(1, 1, 0, 1, 0, 0));
        assertThat(state("prod").next()).isEqualTo(Instant.parse("2026-03-01T15:00:00Z"));
    }

    @Test
    void runsThatOverlapAndFailPauseItHoweverLongTheyTake() {
        for (int minutes : new int[]{2, 25}) {
            set("prod", EACH_MINUTE);
            standing = run -> Future.succeededFuture(
                    clock.instant().isBefore(started.get(run).plus(Duration.ofMinutes(minutes)))
                            ? Launcher.Standing.UNDER_WAY
                            : Launcher.Standing.FAILED);
            for (int i = 0; i < minutes + 3; i++) {
                clock.advance(Duration.ofMinutes(1));
                tick();
                assertThat(state("prod").runs()).hasSizeLessThanOrEqualTo(State.MOST_RUNS);
            }
            assertThat(state("prod").paused()).as("runs of %s minutes", minutes).contains("3 runs in a row failed");
            Answers.of(ticker.remove(stage("prod")));
        }
    }

    @Test
    void ofManyRunsUnderWayTheNewestIsAlwaysKnown() {
        set("prod", EACH_MINUTE);
        standing = _ -> Future.succeededFuture(Launcher.Standing.UNDER_WAY);
        for (int i = 0; i < 15; i++) {
            clock.advance(Duration.ofMinutes(1));
            tick();
        }
        assertThat(runs).hasSize(15);
        assertThat(state("prod").runs()).hasSize(State.MOST_RUNS).startsWith(runs.values().iterator().next());
        assertThat(state("prod").lastRun()).contains(List.copyOf(runs.values()).getLast());
    }

    @Test
    void oneThatEndsWellBetweenTwoThatFailStartsTheCountAnew() {
        set("prod", EACH_MINUTE);
        standing = _ -> Future.succeededFuture(Launcher.Standing.UNDER_WAY);
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofMinutes(1));
            tick();
        }
        RunId third = state("prod").runs().get(2);
        standing = run -> Future.succeededFuture(run.equals(third) ? Launcher.Standing.FINE : Launcher.Standing.FAILED);
        clock.advance(Duration.ofMinutes(1));
        tick();
        assertThat(state("prod").failures()).isEqualTo(1);
        assertThat(state("prod").runs()).as("judged once").hasSize(1);
    }

    @Test
    void aLauncherThatHangsOrThrowsKeepsNobodyWaiting() {
        for (String each : new String[]{"fine", "hangs", "throws"}) {
            set(each, HOURLY);
        }
        Promise<Launcher.Launched> never = Promise.promise();
        trouble = stage -> switch (stage.stage()) {
            case "hangs" -> Optional.of(never.future());
            case "throws" -> throw new IllegalStateException("broken");
            default -> Optional.empty();
        };
        clock.advance(Duration.ofHours(1));
        assertThat(tick()).isEqualTo(new Tally(3, 1, 1, 0, 0, 0));
        assertThat(tick().seen()).as("out of the way").isZero();
        trouble = _ -> Optional.empty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(tick()).as("nothing was lost").isEqualTo(new Tally(2, 2, 2, 0, 0, 0));
        never.complete(new Launcher.Launched.Refused("too late to say"));
        assertThat(state("hangs").failures()).isZero();
    }

    @Test
    void aTimeIsNotLostIfTheRunBeforeCannotBeLookedAt() {
        set("prod", HOURLY);
        clock.advance(Duration.ofHours(1));
        tick();
        clock.advance(Duration.ofHours(1));
        standing = _ -> {
            throw new IllegalStateException("broken");
        };
        assertThat(tick()).isEqualTo(new Tally(1, 0, 0, 0, 0, 0));
        standing = _ -> Promise.<Launcher.Standing>promise().future();
        clock.advance(Duration.ofSeconds(30));
        assertThat(tick()).isEqualTo(new Tally(1, 0, 0, 0, 0, 0));
        standing = _ -> Future.succeededFuture(Launcher.Standing.FINE);
        clock.advance(Duration.ofSeconds(30));
        assertThat(tick()).isEqualTo(new Tally(1, 1, 1, 0, 0, 0));
    }

    @Test
    void aClockThatRanAheadSilencesNothingForLong() {
        set("fired", HOURLY);
        set("begun", HOURLY);
        trouble = stage -> stage.stage().equals("begun")
                ? Optional.of(Future.failedFuture("away"))
                : Optional.empty();
        clock.advance(Duration.ofDays(365));
        tick();
        clock.advance(Duration.ofDays(-365));
        trouble = _ -> Optional.empty();
        assertThat(ensure("fired")).isTrue();
        assertThat(ensure("begun")).isTrue();
        assertThat(state("fired").note().orElseThrow()).contains("a clock was ahead");
        tick();
        assertThat(runs).as("nothing of next year").hasSize(1);
        assertThat(state("begun").firing()).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(tick().fired()).isEqualTo(2);
        assertThat(ensure("fired")).isFalse();
        assertThat(ensure("begun")).isFalse();
    }

    @Test
    void whatAClockFiredTooEarlyDoesNotFireAgain() {
        set("prod", HOURLY);
        clock.advance(Duration.ofHours(1));
        tick();
        clock.advance(Duration.ofHours(-1));
        assertThat(ensure("prod")).isTrue();
        clock.advance(Duration.ofHours(1));
        assertThat(tick().moved()).isEqualTo(1);
        assertThat(runs).hasSize(1);
    }

    @Test
    void aClockThatIsAheadByALittleChangesNothing() {
        set("prod", HOURLY);
        clock.advance(Duration.ofHours(1));
        tick();
        Duration little = Duration.ofMinutes(4);
        clock.advance(little.negated());
        State before = state("prod");
        assertThat(ensure("prod")).isFalse();
        assertThat(state("prod")).isEqualTo(before);
    }

    private boolean ensure(String name) {
        return Answers.of(ticker.ensure(stage(name), HOURLY));
    }

    private void set(String name, Plan plan) {
        Answers.of(ticker.set(stage(name), plan));
    }

    private Tally tick() {
        return Answers.of(ticker.tick());
    }

    private State state(String name) {
        return Answers.of(store.find(stage(name))).orElseThrow().state();
    }

    private static StageRef stage(String name) {
        return new StageRef(Samples.TENANT, "hello", name);
    }
}
