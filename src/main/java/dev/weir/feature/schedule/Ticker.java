package dev.weir.feature.schedule;

import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.Timetable.Due;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is due. It has no timer: somebody calls {@link #tick} at least once a minute, on any number of gateways. A run is started under
 * a key made of stage and time, and only then the schedule moves on: whoever dies in between is repeated by the next, and the key keeps the
 * repetition from starting a second run.
 */
public final class Ticker {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private static final Duration PUT_OFF = Duration.ofSeconds(30);
    /** Of a change that others come before. */
    private static final int TRIES = 5;

    private final ScheduleStore store;
    private final Launcher launcher;
    private final Notices notices;
    private final Settings settings;
    private final InstantSource clock;

    /**
     * How patient it is.
     *
     * @param window how late a time may still fire, under a day; older ones are missed and only told of
     * @param pauseAfter failures in a row
     * @param batch schedules in one tick
     */
    public record Settings(Duration window, int pauseAfter, int batch) {}

    /** Who is told that a schedule stops. */
    @FunctionalInterface
    public interface Notices {
        /**
         * Called before the pause is stored, and again if that fails: to be told twice of the same schedule with the same
         * {@code state().last()} is to be told once.
         */
        Future<Void> paused(Schedule schedule, String reason);
    }

    /** @param notices told before a pause is stored */
    public Ticker(ScheduleStore store, Launcher launcher, Notices notices, Settings settings, InstantSource clock) {
        this.store = store;
        this.launcher = launcher;
        this.notices = notices;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Makes the stage run by this plan from now on. If it does already, nothing changes but that it goes on if it was paused. Fails with
     * {@code Invalid} as {@link Timetable#of} does.
     */
    public Future<Schedule> set(StageRef stage, Plan plan) {
        return store.find(stage).compose(known -> known.filter(each -> each.plan().equals(plan))
                .map(each -> resumed(each, TRIES)).orElseGet(() -> fresh(stage, plan)));
    }

    /** As {@link #set}, but what is paused stays so; whether anything changed. */
    public Future<Boolean> ensure(StageRef stage, Plan plan) {
        return store.find(stage).compose(known -> known.filter(each -> each.plan().equals(plan)).isPresent()
                ? Future.succeededFuture(false)
                : fresh(stage, plan).map(true));
    }

    /** Idempotent. */
    public Future<Void> remove(StageRef stage) {
        return store.remove(stage);
    }

    /** Goes on after a pause, from now: times that went by meanwhile are gone. Fails with {@code NotFound} if the stage has no schedule. */
    public Future<Schedule> resume(StageRef stage) {
        return store.find(stage).compose(known -> resumed(known.orElseThrow(Ticker::absent), TRIES));
    }

    private Future<Schedule> fresh(StageRef stage, Plan plan) {
        Instant now = clock.instant();
        try {
            Instant next = Timetable.of(plan.cron(), plan.zone(), now).next(now).orElseThrow().at();
            return store.put(new Schedule(stage, plan, State.from(now, next)));
        } catch (ProblemException invalid) {
            return Future.failedFuture(invalid);
        }
    }

    private Future<Schedule> resumed(Schedule seen, int tries) {
        State state = seen.state();
        if (state.paused().isEmpty() || tries == 0) {
            return Future.succeededFuture(seen);
        }
        Instant now = clock.instant();
        Instant last = now.isAfter(state.last()) ? now : state.last();
        try {
            Instant next = Timetable.of(seen.plan().cron(), seen.plan().zone(), last).next(last).orElseThrow().at();
            State going = new State(state.revision(), last, next, state.lastRun(), 0, Optional.empty(), state.note());
            return store.move(seen, going).compose(_ -> store.find(seen.stage()))
                    .compose(found -> resumed(found.orElseThrow(Ticker::absent), tries - 1));
        } catch (ProblemException invalid) {
            return Future.failedFuture(invalid);
        }
    }

    /** Deals with what is due now. A schedule that fails is left for the next tick and disturbs no other. */
    public Future<Tally> tick() {
        Instant now = clock.instant();
        return store.due(now, settings.batch()).compose(due -> {
            List<Future<Tally>> moves = due.stream()
                    .map(each -> advance(each, now).recover(failure -> putOff(each, now, failure))).toList();
            return Future.join(moves)
                    .map(_ -> moves.stream().map(Future::result).reduce(Tally.seen(due.size()), Tally::plus));
        });
    }

    private Future<Tally> advance(Schedule schedule, Instant now) {
        State seen = schedule.state();
        Timetable table;
        try {
            table = Timetable.of(schedule.plan().cron(), schedule.plan().zone(), now);
        } catch (ProblemException newRules) {
            return settle(schedule, paused(seen, "the schedule is not valid any more"), Tally.NOTHING);
        }
        return before(seen).compose(standing -> {
            State judged = judged(seen, standing);
            if (judged.failures() >= settings.pauseAfter()) {
                return settle(schedule, paused(judged, hopeless(judged)), Tally.NOTHING);
            }
            Due due = table.due(seen.last(), now, settings.window());
            Instant last = now.isAfter(seen.last()) ? now : seen.last();
            return due.slot().isPresent() && !isHeldUp(schedule, judged)
                    ? launch(schedule, judged, due, last, table)
                    : settle(schedule, moved(waited(judged, due), last, table), Tally.missed(due.missed()));
        });
    }

    /** Somebody who sees a change first has the say; only then it counts. */
    private Future<Tally> settle(Schedule schedule, State to, Tally done) {
        Future<Void> told = to.paused().<Future<Void>>map(reason -> notices.paused(schedule, reason))
                .orElseGet(Future::succeededFuture);
        return told.compose(_ -> store.move(schedule, to)).map(moved -> {
            if (moved && to.paused().isPresent()) {
                LOG.atWarn().addKeyValue("stage", schedule.stage()).addKeyValue("reason", to.paused().get())
                        .log("a schedule is paused");
            }
            return moved ? done.moved(to.paused().isPresent()) : Tally.NOTHING;
        });
    }

    /** Out of the way of the others for a moment, however many there are that fail; its times are not dealt with yet. */
    private Future<Tally> putOff(Schedule schedule, Instant now, Throwable failure) {
        LOG.atWarn().addKeyValue("stage", schedule.stage()).setCause(failure)
                .log("a schedule could not be moved on; trying again");
        State seen = schedule.state();
        State later = new State(seen.revision(), seen.last(), now.plus(PUT_OFF), seen.lastRun(), seen.failures(),
                seen.paused(), seen.note());
        return store.move(schedule, later).map(Tally.NOTHING).otherwise(Tally.NOTHING);
    }

    private Future<Standing> before(State state) {
        return state.lastRun().map(launcher::standing).orElseGet(() -> Future.succeededFuture(Standing.FINE));
    }

    /** Counts how the run before ended, once. */
    private static State judged(State state, Standing standing) {
        if (state.lastRun().isEmpty() || standing == Standing.UNDER_WAY) {
            return state;
        }
        return new State(state.revision(), state.last(), state.next(), Optional.empty(),
                standing == Standing.FAILED ? state.failures() + 1 : 0, state.paused(), state.note());
    }

    private static boolean isHeldUp(Schedule schedule, State judged) {
        return judged.lastRun().isPresent() && !schedule.plan().overlap();
    }

    private static State waited(State state, Due due) {
        Optional<String> note = due.slot()
                .map(slot -> "the time of " + slot + " was skipped: the run before had not ended");
        return state.noted(state.lastRun(), state.failures(), note.or(() -> tellOf(due.missed())));
    }

    private Future<Tally> launch(Schedule schedule, State state, Due due, Instant last, Timetable table) {
        StageRef stage = schedule.stage();
        return launcher.launch(stage, schedule.plan(), key(stage, due.slot().orElseThrow()))
                .compose(launched -> switch (launched) {
                    case Launched.Started started -> settle(schedule,
                            moved(state.noted(Optional.of(started.run()), state.failures(), tellOf(due.missed())),
                                    last, table),
                            Tally.fired(due.missed()));
                    case Launched.Refused refused -> settle(schedule,
                            moved(state.noted(Optional.empty(), state.failures() + 1,
                                    Optional.of("refused: " + refused.reason())), last, table),
                            Tally.refused(due.missed()));
                    case Launched.Superseded superseded -> superseded(schedule, superseded.by());
                });
    }

    /** What the stage says is the truth, and whoever says it may not have come here yet. */
    private Future<Tally> superseded(Schedule schedule, Optional<Plan> by) {
        return store.drop(schedule).compose(dropped -> dropped && by.isPresent()
                ? ensure(schedule.stage(), by.get())
                : Future.succeededFuture(dropped)).map(Tally.NOTHING);
    }

    /** A slot is a time, not a try: whoever fires it for the second time says the same. No client's key has a blank. */
    private static String key(StageRef stage, Instant slot) {
        return "schedule " + stage.skill() + "/" + stage.stage() + " " + slot;
    }

    private static Optional<String> tellOf(int missed) {
        return missed == 0
                ? Optional.empty()
                : Optional.of(missed + " times went by while nothing could run");
    }

    private static String hopeless(State state) {
        return state.failures() + " runs in a row failed";
    }

    private static State paused(State state, String reason) {
        return new State(state.revision(), state.last(), state.next(), state.lastRun(), state.failures(),
                Optional.of(reason), state.note());
    }

    private State moved(State state, Instant last, Timetable table) {
        Optional<FireTime> next = table.next(last);
        Optional<String> reason = state.failures() >= settings.pauseAfter()
                ? Optional.of(hopeless(state))
                : next.isEmpty() ? Optional.of("there are no more times") : Optional.empty();
        return new State(state.revision(), last, next.map(FireTime::at).orElse(last), state.lastRun(),
                state.failures(), reason, state.note());
    }

    private static ProblemException absent() {
        return new ProblemException(new Problem.NotFound("schedule", ""));
    }
}
