package dev.weir.feature.schedule;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.util.Optional;

/** Starts runs for schedules, under the same checks as any other invocation. */
public interface Launcher {
    /**
     * Starts a run of the stage's active deployment, with the plan's input, checked against the frozen schema. Of all calls with the same
     * {@code key} within a day only the first starts one; the others are answered with its run, whatever the stage says by then. A failure
     * of the future means that nobody knows now, and that to ask again may help.
     *
     * @param key at most 200 characters, not one that a client can send
     */
    Future<Launched> launch(StageRef stage, Plan plan, String key);

    /** The run that {@link #launch} started under {@code key} within the last day, if it did. */
    Future<Optional<RunId>> find(StageRef stage, String key);

    /** How a run stands. */
    Future<Standing> standing(RunId run);

    /** What a launch led to. */
    sealed interface Launched {
        /** The run exists. */
        record Started(RunId run) implements Launched {}

        /**
         * There will be no run.
         *
         * @param reason for the tenant
         */
        record Refused(String reason) implements Launched {}

        /**
         * There will be no run: the stage is gone, or does not run by this plan any more.
         *
         * @param by what it runs by now
         */
        record Superseded(Optional<Plan> by) implements Launched {}
    }

    /** Where a run is; a run that was forgotten counts as fine. */
    enum Standing {
        UNDER_WAY, FINE, FAILED
    }
}
