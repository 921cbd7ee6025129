package dev.weir.feature.run;

import dev.weir.feature.access.Permit;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.Runs.Accepted;
import dev.weir.feature.run.Runs.Trigger;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.schedule.Timetable;
import dev.weir.feature.schedule.Timetable.Preview;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.StageSettings.Timing;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The schedule of a stage, for its owners: what it says, how it goes, and a run of it at once. */
public final class ScheduleDesk {
    private static final int NEXT_TIMES = 10;

    private final SkillCatalog catalog;
    private final ScheduleStore store;
    private final Ticker ticker;
    private final Runs runs;
    private final InstantSource clock;

    public ScheduleDesk(SkillCatalog catalog, ScheduleStore store, Ticker ticker, Runs runs, InstantSource clock) {
        this.catalog = catalog;
        this.store = store;
        this.ticker = ticker;
        this.runs = runs;
        this.clock = clock;
    }

    /**
     * A schedule and what comes next.
     *
     * @param state how it goes; absent while it is not in force, or has just been put in force
     * @param preview what it would do from now on if nothing held it back
     */
    public record Outlook(Timing timing, Optional<Schedule.State> state, Preview preview) {}

    /** Fails with {@code NotFound} if the stage has no schedule, in force or not. */
    public Future<Outlook> outlook(Permit owner, String skill, String stage) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return timing(ref).compose(timing -> store.find(ref).map(found -> new Outlook(timing,
                found.filter(each -> timing.enabled() && each.plan().equals(timing.plan())).map(Schedule::state),
                preview(timing.plan()))));
    }

    /**
     * Starts one run of the plan now, besides those of its times, also while it is paused or not in force; what becomes of it says nothing
     * about the schedule. Fails as {@link Runs#launch} does. A key that was used is answered first, as {@link Runs#replay} does.
     */
    public Future<Accepted> runNow(Permit owner, String skill, String stage, Optional<String> idempotencyKey) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        String user = owner.caller().user();
        Optional<IdempotencyKey> key = idempotencyKey
                .map(value -> new IdempotencyKey(value, Runs.hash("run-now", skill, stage, user)));
        return runs.replay(ref.tenant(), key).compose(first -> first.map(Future::succeededFuture)
                .orElseGet(() -> timing(ref).compose(timing -> runs.launch(ref, ScheduledRuns.input(timing.plan()),
                        new Trigger(ScheduledRuns.SCHEDULE, user, key, false)))));
    }

    /** Goes on after a pause; no error if it was not paused. Fails with {@code Conflict} if it is not in force. */
    public Future<Outlook> resume(Permit owner, String skill, String stage) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return timing(ref).compose(timing -> {
            if (!timing.enabled()) {
                throw new ProblemException(new Problem.Conflict("the schedule is not enabled"));
            }
            return ticker.set(ref, timing.plan()).compose(_ -> ticker.resume(ref));
        }).compose(_ -> outlook(owner, skill, stage));
    }

    private Future<Timing> timing(StageRef ref) {
        return catalog.stage(ref).map(found -> found.orElseThrow(() -> absent("stage", ref.stage())).settings().timing()
                .orElseThrow(() -> absent("schedule", ref.stage())));
    }

    /** Time zones come and go with their database: a plan that was good when it was saved may not be any more. */
    private Preview preview(Schedule.Plan plan) {
        Instant now = clock.instant();
        try {
            return Timetable.of(plan.cron(), plan.zone(), now).preview(now, NEXT_TIMES);
        } catch (ProblemException newRules) {
            return new Preview(List.of(), List.of());
        }
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }
}
