package dev.weir.feature.schedule;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.Timetable.Due;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

    private final ScheduleStore store;
    private final Launcher launcher;
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

    public Ticker(ScheduleStore store, Launcher launcher, Settings settings, InstantSource clock) {
        this.store = store;
        this.launcher = launcher;
        this.settings = settings;
        this.clock = clock;
    }

    /** Makes the stage run by this plan from now on, also if it was paused; fails with {@code Invalid} as {@link Timetable#of} does. */
    public Future<Schedule> set(StageRef stage, Plan plan) {
        Instant now = clock.instant();
        try {
            Instant next = Timetable.of(plan.cron(), plan.zone(), now).next(now).orElseThrow().at();
            return store.put(new Schedule(stage, plan, State.from(now, next)));
        } catch (ProblemException invalid) {
            return Future.failedFuture(invalid);
        }
    }

    /** The stage runs by itself no more. Idempotent. */
    public Future<Void> remove(StageRef stage) {
        return store.remove(stage);
    }

    /** Starts one run now, besides those of the plan. Fails with {@code Conflict} if it is refused. */
    public Future<RunId> runNow(Schedule schedule) {
        return launcher.launch(schedule.stage(), schedule.plan().input(), "run-now/" + UUID.randomUUID())
                .map(launched -> switch (launched) {
                    case Launched.Started started -> started.run();
                    case Launched.Refused refused -> throw new ProblemException(new Problem.Conflict(refused.reason()));
                });
    }

    /** Deals with what is due now; how many schedules this call moved on. One that fails is left for the next tick and disturbs no other. */
    public Future<Integer> tick() {
        Instant now = clock.instant();
        return store.due(now, settings.batch()).compose(due -> {
            List<Future<Boolean>> moves = due.stream()
                    .map(each -> advance(each, now).recover(failure -> putOff(each, now, failure))).toList();
            return Future.join(moves)
                    .map(_ -> (int) moves.stream().filter(moved -> Boolean.TRUE.equals(moved.result())).count());
        });
    }

    private Future<Boolean> advance(Schedule schedule, Instant now) {
        State seen = schedule.state();
        Timetable table;
        try {
            table = Timetable.of(schedule.plan().cron(), schedule.plan().zone(), now);
        } catch (ProblemException newRules) {
            return store.move(schedule, paused(seen, "the schedule is not valid any more"));
        }
        return before(seen).compose(standing -> {
            State judged = judged(seen, standing);
            if (judged.failures() >= settings.pauseAfter()) {
                return store.move(schedule, paused(judged, judged.failures() + " runs in a row failed"));
            }
            Due due = table.due(seen.last(), now, settings.window());
            return fire(schedule, judged, due).compose(state -> {
                Instant last = now.isAfter(seen.last()) ? now : seen.last();
                return store.move(schedule, moved(state, last, table));
            });
        });
    }

    /** Out of the way of the others for a moment, however many there are that fail; its times are not dealt with yet. */
    private Future<Boolean> putOff(Schedule schedule, Instant now, Throwable failure) {
        LOG.atWarn().addKeyValue("stage", schedule.stage()).setCause(failure)
                .log("a schedule could not be moved on; trying again");
        State seen = schedule.state();
        State later = new State(seen.revision(), seen.last(), now.plus(PUT_OFF), seen.lastRun(), seen.failures(),
                seen.paused(), seen.note());
        return store.move(schedule, later).map(false).otherwise(false);
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

    private Future<State> fire(Schedule schedule, State state, Due due) {
        Optional<String> missed = due.missed() == 0
                ? Optional.empty()
                : Optional.of(due.missed() + " times went by while nothing could run");
        if (due.slot().isEmpty()) {
            return Future.succeededFuture(noted(state, state.lastRun(), state.failures(), missed));
        }
        if (state.lastRun().isPresent() && !schedule.plan().overlap()) {
            return Future.succeededFuture(noted(state, state.lastRun(), state.failures(),
                    Optional.of("the time of " + due.slot().get() + " was skipped: the run before had not ended")));
        }
        return launcher.launch(schedule.stage(), schedule.plan().input(), key(schedule.stage(), due.slot().get()))
                .map(launched -> switch (launched) {
                    case Launched.Started started -> noted(state, Optional.of(started.run()), state.failures(), missed);
                    case Launched.Refused refused -> noted(state, Optional.empty(), state.failures() + 1,
                            Optional.of("refused: " + refused.reason()));
                });
    }

    /** A slot is a time, not a try: whoever fires it for the second time says the same. */
    private static String key(StageRef stage, Instant slot) {
        return "schedule/" + stage.skill() + "/" + stage.stage() + "/" + slot;
    }

    private static State noted(State state, Optional<RunId> run, int failures, Optional<String> note) {
        return new State(state.revision(), state.last(), state.next(), run, failures, state.paused(), note);
    }

    private static State paused(State state, String reason) {
        return new State(state.revision(), state.last(), state.next(), Optional.empty(), state.failures(),
                Optional.of(reason), state.note());
    }

    private State moved(State state, Instant last, Timetable table) {
        Optional<FireTime> next = table.next(last);
        boolean hopeless = state.failures() >= settings.pauseAfter();
        Optional<String> reason = hopeless
                ? Optional.of(state.failures() + " runs in a row failed")
                : next.isEmpty() ? Optional.of("there are no more times") : Optional.empty();
        return new State(state.revision(), last, next.map(FireTime::at).orElse(last), state.lastRun(),
                state.failures(), reason, state.note());
    }
}
