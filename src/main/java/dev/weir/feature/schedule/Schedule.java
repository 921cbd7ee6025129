package dev.weir.feature.schedule;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        /** Whether it fires at the same times, whatever it does then. */
        boolean hasTimesOf(Plan other) {
            return cron.equals(other.cron) && zone.equals(other.zone);
        }

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
     * @param runs those of which nobody saw yet how they ended, in the order of their times, at most {@value #MOST_RUNS}
     * @param failures in a row
     * @param paused why nothing runs until somebody resumes it
     * @param note what was unusual about the last time
     * @param firing the time that is being fired: its run may exist already, and no later time is looked at before that is known
     */
    public record State(
            long revision,
            Instant last,
            Instant next,
            List<RunId> runs,
            int failures,
            Optional<String> paused,
            Optional<String> note,
            Optional<Instant> firing) {
        /** Enough for a pause to notice that all fail, however many are under way at once. */
        public static final int MOST_RUNS = 10;

        public State {
            runs = List.copyOf(runs);
        }

        /** A new one; its first revision is later than all of a schedule that the stage had before. */
        public static State from(Instant now, Instant next) {
            return new State(now.toEpochMilli(), now, next, List.of(), 0, Optional.empty(), Optional.empty(),
                    Optional.empty());
        }

        /** The run before, until it was seen how it ended. */
        public Optional<RunId> lastRun() {
            return runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
        }

        /** The same, one revision later. */
        public State revised(long revision) {
            return new State(revision, last, next, runs, failures, paused, note, firing);
        }

        /**
         * One run more. If there is no room the newest gives way: whoever always dropped the oldest would never see the end of one if they
         * take long and come often, and so never pause.
         */
        State with(RunId run) {
            List<RunId> kept = new ArrayList<>(runs.subList(0, Math.min(runs.size(), MOST_RUNS - 1)));
            kept.add(run);
            return judged(runs.contains(run) ? runs : kept, failures);
        }

        State judged(List<RunId> left, int inARow) {
            return new State(revision, last, next, left, inARow, paused, note, firing);
        }

        State noted(Optional<String> remark) {
            return new State(revision, last, next, runs, failures, paused, remark, firing);
        }

        State pausedFor(Optional<String> reason) {
            return new State(revision, last, next, runs, failures, reason, note, firing);
        }

        State at(Instant dealtWith, Instant then) {
            return new State(revision, dealtWith, then, runs, failures, paused, note, firing);
        }

        State firing(Optional<Instant> slot) {
            return new State(revision, last, next, runs, failures, paused, note, slot);
        }
    }
}
