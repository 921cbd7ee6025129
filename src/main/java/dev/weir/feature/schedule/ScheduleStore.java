package dev.weir.feature.schedule;

import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Schedules, at most one for a stage. Every change is atomic and durable when its future completes. */
public interface ScheduleStore {
    /**
     * Stores a schedule in place of the one before, one revision after it; one revision after its own if there is none before, so that a
     * stage's revisions never come again. The schedule as stored.
     */
    Future<Schedule> put(Schedule schedule);

    Future<Optional<Schedule>> find(StageRef stage);

    /** Idempotent. */
    Future<Void> remove(StageRef stage);

    /** Removes a schedule, unless it is not as it was seen any more: then false, and nothing changed. */
    Future<Boolean> drop(Schedule seen);

    /** Every tenant's, by tenant, skill and stage, after {@code after} (empty for the beginning), at most {@code limit}. */
    Future<List<Schedule>> page(Optional<StageRef> after, int limit);

    /** Those with something to do by {@code now} that are not paused, the longest due first. */
    Future<List<Schedule>> due(Instant now, int max);

    /**
     * Moves a schedule on, one revision after {@code seen}. False, and nothing changed, if it is not as it was seen any more: somebody else
     * moved it, or its plan is another.
     */
    Future<Boolean> move(Schedule seen, State to);

    /** As {@link #move}, but what changes is the plan, and the state stays. */
    Future<Boolean> amend(Schedule seen, Plan plan);
}
