package dev.weir.feature.schedule;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import java.time.Instant;
import java.util.Optional;

/** A stage that runs by itself. */
public record Schedule(StageRef stage, Plan plan, State state) {
    /**
     * What was asked for.
     *
     * @param zone as {@link Timetable#of} takes it
     * @param input a JSON text
     * @param overlap whether it runs though its run before has not ended
     */
    public record Plan(String cron, String zone, String input, boolean overlap) {
        /** Without the input. */
        @Override
        public String toString() {
            return "Plan[" + cron + " in " + zone + "]";
        }
    }

    /**
     * How it goes.
     *
     * @param revision one more with each change; who changes what has changed meanwhile changes nothing
     * @param last up to when every time was dealt with
     * @param next when there is something to do
     * @param lastRun the run before, until it was seen how it ended
     * @param failures in a row
     * @param paused why nothing runs until somebody resumes it
     * @param note what was unusual about the last time
     */
    public record State(
            long revision,
            Instant last,
            Instant next,
            Optional<RunId> lastRun,
            int failures,
            Optional<String> paused,
            Optional<String> note) {
        /** A new one; its first revision is later than all of a schedule that the stage had before. */
        static State from(Instant now, Instant next) {
            return new State(now.toEpochMilli(), now, next, Optional.empty(), 0, Optional.empty(), Optional.empty());
        }

        State noted(Optional<RunId> run, int failures, Optional<String> note) {
            return new State(revision, last, next, run, failures, paused, note);
        }

        /** The same, one revision later. */
        public State revised(long revision) {
            return new State(revision, last, next, lastRun, failures, paused, note);
        }
    }
}
