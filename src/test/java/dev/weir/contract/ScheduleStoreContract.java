package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link ScheduleStore} does; time is what the calls say it is. */
public interface ScheduleStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    Plan HOURLY = new Plan("0 * * * *", "Europe/Berlin", "{\"a\":\"\u00fc\"}", false);

    /** An empty store, the same one throughout a test. */
    ScheduleStore schedules();

    @Test
    default void whatIsPutIsFoundUntilItIsRemoved() {
        Schedule put = put(Samples.STAGE, HOURLY, NOW.plusSeconds(3600));
        assertThat(put.plan()).isEqualTo(HOURLY);
        assertThat(Answers.of(schedules().find(Samples.STAGE))).contains(put);
        StageRef foreign = new StageRef(Samples.OTHER_TENANT, Samples.STAGE.skill(), Samples.STAGE.stage());
        assertThat(Answers.of(schedules().find(foreign))).isEmpty();
        Answers.of(schedules().remove(foreign));
        assertThat(Answers.of(schedules().find(Samples.STAGE))).isPresent();
        Answers.of(schedules().remove(Samples.STAGE));
        Answers.of(schedules().remove(Samples.STAGE));
        assertThat(Answers.of(schedules().find(Samples.STAGE))).isEmpty();
        assertThat(Answers.of(schedules().move(put, put.state()))).isFalse();
    }

    @Test
    default void aStageHasOneAndEachPutIsALaterRevision() {
        Schedule first = put(Samples.STAGE, HOURLY, NOW);
        Schedule second = put(Samples.STAGE, new Plan("5 * * * *", "UTC", "1", true), NOW.plusSeconds(9));
        assertThat(second.state().revision()).isGreaterThan(first.state().revision());
        assertThat(Answers.of(schedules().find(Samples.STAGE))).contains(second);
        assertThat(Answers.of(schedules().due(NOW.plusSeconds(9), 10))).containsExactly(second);
        assertThat(Answers.of(schedules().move(first, first.state()))).as("seen before the new plan").isFalse();
    }

    @Test
    default void whatIsDueComesLongestDueFirst() {
        put(stage("c"), HOURLY, NOW.minusSeconds(1));
        put(stage("b"), HOURLY, NOW.minusSeconds(5));
        put(stage("a"), HOURLY, NOW);
        put(stage("later"), HOURLY, NOW.plusMillis(1));
        assertThat(Answers.of(schedules().due(NOW, 10))).map(each -> each.stage().stage()).containsExactly("b", "c",
                "a");
        assertThat(Answers.of(schedules().due(NOW, 2))).map(each -> each.stage().stage()).containsExactly("b", "c");
        assertThat(Answers.of(schedules().due(NOW.minusSeconds(6), 10))).isEmpty();
    }

    @Test
    default void ofManyThatMoveItOnlyOneDoes() {
        Schedule seen = put(Samples.STAGE, HOURLY, NOW);
        State to = new State(0, NOW, NOW.plusSeconds(3600), List.of(RunId.create(NOW), RunId.create(NOW)), 2,
                Optional.empty(), Optional.of("late"), Optional.of(NOW.minusSeconds(60)));
        assertThat(Answers.atOnce(20, _ -> schedules().move(seen, to)).stream().filter(Boolean::booleanValue))
                .hasSize(1);
        Schedule after = Answers.of(schedules().find(Samples.STAGE)).orElseThrow();
        assertThat(after.state()).isEqualTo(to.revised(seen.state().revision() + 1));
        assertThat(after.plan()).isEqualTo(HOURLY);
        assertThat(Answers.of(schedules().move(after, to))).isTrue();
    }

    @Test
    default void whatIsPausedIsNotDueUntilItIsPutAnew() {
        Schedule seen = put(Samples.STAGE, HOURLY, NOW);
        State paused = new State(0, NOW, NOW, List.of(), 5, Optional.of("5 runs in a row failed"),
                Optional.empty(), Optional.empty());
        Answers.of(schedules().move(seen, paused));
        assertThat(Answers.of(schedules().due(NOW.plusSeconds(99), 10))).isEmpty();
        assertThat(Answers.of(schedules().find(Samples.STAGE)).orElseThrow().state().paused())
                .contains("5 runs in a row failed");
        put(Samples.STAGE, HOURLY, NOW);
        assertThat(Answers.of(schedules().due(NOW, 10))).hasSize(1);
    }

    @Test
    default void aPlanIsAmendedWithoutItsStateUnlessSomebodyCameBefore() {
        Schedule seen = put(Samples.STAGE, HOURLY, NOW);
        State to = new State(0, NOW, NOW.plusSeconds(3600), List.of(RunId.create(NOW)), 2, Optional.of("tired"),
                Optional.of("late"), Optional.of(NOW));
        Answers.of(schedules().move(seen, to));
        Plan other = new Plan("5 * * * *", "UTC", "1", true);
        assertThat(Answers.of(schedules().amend(seen, other))).isFalse();
        Schedule moved = Answers.of(schedules().find(Samples.STAGE)).orElseThrow();
        assertThat(moved.plan()).isEqualTo(HOURLY);
        assertThat(Answers.of(schedules().amend(moved, other))).isTrue();
        assertThat(Answers.of(schedules().find(Samples.STAGE)))
                .contains(new Schedule(Samples.STAGE, other, to.revised(moved.state().revision() + 1)));
        assertThat(Answers.of(schedules().move(moved, to))).as("seen before the amendment").isFalse();
        Answers.of(schedules().remove(Samples.STAGE));
        assertThat(Answers.of(schedules().amend(moved, other))).isFalse();
    }

    @Test
    default void onlyWhatIsAsItWasSeenIsDropped() {
        Schedule first = put(Samples.STAGE, HOURLY, NOW);
        Schedule second = put(Samples.STAGE, HOURLY, NOW);
        assertThat(Answers.of(schedules().drop(first))).isFalse();
        assertThat(Answers.of(schedules().drop(second))).isTrue();
        assertThat(Answers.of(schedules().drop(second))).isFalse();
        assertThat(Answers.of(schedules().find(Samples.STAGE))).isEmpty();
    }

    @Test
    default void aNewLifeDoesNotRepeatTheRevisionsOfTheOneBefore() {
        Schedule first = Answers.of(schedules().put(new Schedule(Samples.STAGE, HOURLY, state(1000))));
        Answers.of(schedules().remove(Samples.STAGE));
        Schedule second = Answers.of(schedules().put(new Schedule(Samples.STAGE, HOURLY, state(2000))));
        assertThat(second.state().revision()).isGreaterThan(2000);
        assertThat(Answers.of(schedules().move(first, first.state()))).isFalse();
    }

    @Test
    default void allAreListedInOrderFromAnyPlace() {
        StageRef foreign = new StageRef(Samples.OTHER_TENANT, "a", "a");
        for (StageRef each : List.of(stage("c"), foreign, stage("b"), new StageRef(Samples.TENANT, "aa", "z"))) {
            put(each, HOURLY, NOW);
        }
        assertThat(Answers.of(schedules().page(Optional.empty(), 3))).map(each -> each.stage().stage())
                .containsExactly("z", "b", "c");
        assertThat(Answers.of(schedules().page(Optional.of(stage("b")), 3))).map(each -> each.stage().stage())
                .containsExactly("c", "a");
        assertThat(Answers.of(schedules().page(Optional.of(foreign), 3))).isEmpty();
    }

    private static State state(long revision) {
        return new State(revision, NOW, NOW, List.of(), 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Schedule put(StageRef stage, Plan plan, Instant next) {
        return Answers.of(schedules().put(new Schedule(stage, plan, new State(0, NOW, next, List.of(), 0,
                Optional.empty(), Optional.empty(), Optional.empty()))));
    }

    private static StageRef stage(String name) {
        return new StageRef(Samples.TENANT, "hello", name);
    }
}
