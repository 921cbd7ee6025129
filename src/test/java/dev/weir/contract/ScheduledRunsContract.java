package dev.weir.contract;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore.RunFilter;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.ScheduledRuns;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.feature.schedule.Tally;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.Samples;
import dev.weir.fixture.Workbench;
import dev.weir.kernel.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Schedules start runs in every store as {@link dev.weir.feature.schedule.Launcher} promises. */
public interface ScheduledRunsContract {
    Plan HOURLY = new Plan("0 * * * *", "UTC", "{\"n\":1.50}", false);
    String KEY = "schedule hello/prod 2026-03-01T13:00:00Z";
    int CAPACITY = 20;

    HandClock clock();

    /** Empty stores, the same throughout a test; the queue takes {@value #CAPACITY} runs. */
    Runs.Ports ports();

    SkillCatalog catalog();

    ScheduleStore schedules();

    @Test
    default void aTimeStartsOneRunWhateverHappensToTheStageMeanwhile() {
        stage(HOURLY, "{\"properties\":{\"n\":{\"type\":\"number\"}}}", "1.0.0");
        assertThat(Answers.of(launcher().find(STAGE, KEY))).isEmpty();
        RunId first = started(HOURLY, KEY);
        assertThat(Answers.of(launcher().find(STAGE, KEY))).contains(first);
        Run run = found(first);
        assertThat(run.order().input()).isEqualTo("{\"n\":1.50}");
        assertThat(run.order().source()).isEqualTo("schedule");
        assertThat(run.order().invokedBy()).isEqualTo("schedule");
        assertThat(run.order().version()).isEqualTo("1.0.0");
        assertThat(Answers.of(ports().queue().lease(9, clock().instant(), clock().instant().plusSeconds(1))))
                .map(each -> each.run()).containsExactly(first);

        deploy("{\"required\":[\"x\"]}", "2.0.0", Optional.of("1.0.0"));
        assertThat(started(HOURLY, KEY)).as("another version, whose schema refuses the input").isEqualTo(first);
        Answers.of(catalog().delete(STAGE));
        assertThat(started(HOURLY, KEY)).as("no stage").isEqualTo(first);
        assertThat(all()).hasSize(1);
    }

    @Test
    default void ofManyThatFireOneTimeOneStartsARun() {
        stage(HOURLY, "{}", "1.0.0");
        List<Launched> answers = Answers.atOnce(10, _ -> launcher().launch(STAGE, HOURLY, KEY));
        assertThat(answers).containsOnly(new Launched.Started(all().getFirst().id()));
        assertThat(all()).hasSize(1);
        started(HOURLY, KEY.replace("13:", "14:"));
        assertThat(all()).as("another time, another run").hasSize(2);
    }

    @Test
    default void whatWillNotRunSaysWhy() {
        assertThat(launch(HOURLY)).isEqualTo(new Launched.Superseded(Optional.empty()));
        Samples.stage(catalog(), STAGE, clock().instant());
        assertThat(launch(HOURLY)).as("no plan").isEqualTo(new Launched.Superseded(Optional.empty()));
        plan(true, HOURLY);
        assertThat(launch(HOURLY)).isEqualTo(new Launched.Refused("the stage has no active deployment"));
        deploy("{\"properties\":{\"n\":{\"type\":\"string\"}}}", "1.0.0", Optional.empty());
        assertThat(launch(HOURLY)).isInstanceOfSatisfying(Launched.Refused.class, refused -> assertThat(
                refused.reason()).startsWith("the input does not satisfy the skill's input schema: /n "));
        Plan other = new Plan("5 * * * *", "UTC", "{\"n\":\"x\"}", false);
        plan(true, other);
        assertThat(launch(HOURLY)).isEqualTo(new Launched.Superseded(Optional.of(other)));
        plan(false, HOURLY);
        assertThat(launch(HOURLY)).as("not in force").isEqualTo(new Launched.Superseded(Optional.empty()));
        assertThat(all()).isEmpty();
    }

    @Test
    default void aTimeThatTheQueueRefusesWaitsAndCountsNothingAgainstTheSchedule() {
        stage(HOURLY, "{}", "1.0.0");
        for (int i = 0; i < CAPACITY; i++) {
            Answers.of(ports().queue().offer(RunId.create(clock().instant())));
        }
        assertThat(Answers.problemOf(launcher().launch(STAGE, HOURLY, KEY))).isInstanceOf(Problem.Unavailable.class);
        Run waiting = all().getFirst();
        assertThat(waiting.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(Answers.of(launcher().standing(waiting.id()))).isEqualTo(Standing.UNDER_WAY);
        assertThat(Answers.problemOf(launcher().launch(STAGE, HOURLY, KEY))).isInstanceOf(Problem.Unavailable.class);

        RunQueue.Leased gone = Answers.of(ports().queue().lease(1, clock().instant(), clock().instant().plusSeconds(9)))
                .getFirst();
        Answers.of(ports().queue().acknowledge(gone.receipt()));
        assertThat(started(HOURLY, KEY)).isEqualTo(waiting.id());
        assertThat(started(HOURLY, KEY)).isEqualTo(waiting.id());
        assertThat(all()).hasSize(1);
        assertThat(Answers.of(ports().queue().lease(99, clock().instant(), clock().instant().plusSeconds(9))))
                .map(each -> each.run()).containsOnlyOnce(waiting.id());
    }

    @Test
    default void aFullQueueDoesNotPauseASchedule() {
        Plan minutely = new Plan("* * * * *", "UTC", "{}", true);
        stage(minutely, "{}", "1.0.0");
        Answers.of(ticker().set(STAGE, minutely));
        for (int i = 0; i < CAPACITY; i++) {
            Answers.of(ports().queue().offer(RunId.create(clock().instant())));
        }
        for (int i = 0; i < 40; i++) {
            clock().advance(Duration.ofSeconds(31));
            Answers.of(ticker().tick());
        }
        assertThat(all()).isNotEmpty().allMatch(run -> run.status() == RunStatus.QUEUED);
        assertThat(Answers.of(schedules().find(STAGE)).orElseThrow().state().paused()).isEmpty();
        assertThat(Answers.of(schedules().find(STAGE)).orElseThrow().state().failures()).isZero();
    }

    @Test
    default void aRunStandsAsItsStatusSays() {
        stage(HOURLY, "{}", "1.0.0");
        RunId run = started(HOURLY, KEY);
        assertThat(Answers.of(launcher().standing(run))).isEqualTo(Standing.UNDER_WAY);
        Answers.of(ports().store().finishQueued(run, Samples.throttled(clock().instant())));
        assertThat(Answers.of(launcher().standing(run))).as("throttled").isEqualTo(Standing.FAILED);
        assertThat(Answers.of(launcher().standing(new RunId("run_gone")))).isEqualTo(Standing.FINE);
    }

    @Test
    default void twoGatewaysThatTickFireEachTimeOnce() {
        stage(new Plan("* * * * *", "UTC", "{}", true), "{}", "1.0.0");
        Answers.of(ticker().set(STAGE, new Plan("* * * * *", "UTC", "{}", true)));
        for (int i = 1; i <= 5; i++) {
            clock().advance(Duration.ofMinutes(1));
            List<Tally> ticks = Answers.atOnce(2, _ -> ticker().tick());
            assertThat(ticks.stream().mapToInt(Tally::fired).sum()).isEqualTo(1);
            assertThat(all()).hasSize(i);
        }
        assertThat(Answers.of(ticker().tick()).seen()).isZero();
    }

    private Ticker ticker() {
        return new Ticker(schedules(), launcher(), (_, _) -> Future.succeededFuture(),
                new Ticker.Settings(Duration.ofMinutes(5), 3, 10), clock());
    }

    private ScheduledRuns launcher() {
        return new ScheduledRuns(Workbench.runs(catalog(), ports(), clock()), ports().store(), catalog());
    }

    private Launched launch(Plan plan) {
        return Answers.of(launcher().launch(STAGE, plan, KEY));
    }

    private RunId started(Plan plan, String key) {
        return switch (Answers.of(launcher().launch(STAGE, plan, key))) {
            case Launched.Started started -> started.run();
            case Launched other -> throw new AssertionError("not started: " + other);
        };
    }

    private Run found(RunId id) {
        return Answers.of(ports().store().find(id)).orElseThrow();
    }

    private List<Run> all() {
        return Answers.of(ports().store().list(TENANT, RunFilter.ALL, Optional.empty(), 100)).items();
    }

    private void stage(Plan plan, String schema, String version) {
        Samples.stage(catalog(), STAGE, clock().instant());
        plan(true, plan);
        deploy(schema, version, Optional.empty());
    }

    private void plan(boolean enabled, Plan plan) {
        Answers.of(catalog().put(new Stage(STAGE, Samples.automated(enabled, plan), Optional.empty(),
                clock().instant(), clock().instant())));
    }

    private void deploy(String schema, String version, Optional<String> follows) {
        Answers.of(catalog().deploy(new Deployment(STAGE, version, "up-" + version.replace('.', '-'), "cd".repeat(32),
                new PackageMetadata("", Optional.of(schema), Optional.empty(), "main:handler", List.of()), "ada",
                clock().instant()), follows));
    }
}
