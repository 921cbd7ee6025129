package dev.weir.feature.schedule;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher.Launched;
import dev.weir.feature.schedule.Launcher.Standing;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.schedule.Timetable.Due;
import dev.weir.kernel.StageRef;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about one schedule that is due. A time fires in three steps: it is written down as {@code firing}, its run is started under
 * its key, and the schedule is moved on with the run. Of several gateways one gets through with the first step, and then no later time is
 * looked at until somebody did the third: whoever finds the first done does the second again, which the key makes harmless, or, when it is
 * too late for that, asks whether it was done.
 */
final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    private final Means means;
    private final Schedule schedule;
    private final Timetable table;
    private final Instant now;

    /**
     * What all turns share.
     *
     * @param window how late a time may fire
     * @param pauseAfter failures in a row
     */
    record Means(ScheduleStore store, Launcher launcher, Ticker.Notices notices, Plans plans, Duration window,
            int pauseAfter, InstantSource clock) {}

    /** Fails with {@code Invalid} if the plan is not valid any more: see {@link #invalid}. */
    Turn(Means means, Schedule schedule, Instant now) {
        this.means = means;
        this.schedule = schedule;
        this.table = Timetable.of(schedule.plan().cron(), schedule.plan().zone(), now);
        this.now = now;
    }

    /** Instead of a turn. */
    static Future<Tally> invalid(Means means, Schedule schedule) {
        return settle(means, schedule,
                schedule.state().pausedFor(Optional.of("the schedule is not valid any more")), Tally.NOTHING);
    }

    Future<Tally> take() {
        return judged().compose(state -> state.firing().isPresent()
                ? repeated(state, state.firing().get())
                : decided(state));
    }

    /** Counts how runs ended, each once. Of those that ended since somebody looked, an earlier time's counts as ended earlier. */
    private Future<State> judged() {
        State seen = schedule.state();
        List<Future<Standing>> asked = seen.runs().stream().map(means.launcher()::standing).toList();
        return Future.all(asked).map(answers -> judged(seen, answers));
    }

    private static State judged(State seen, CompositeFuture answers) {
        List<RunId> left = new ArrayList<>();
        int failures = seen.failures();
        for (int i = 0; i < seen.runs().size(); i++) {
            switch (answers.<Standing>resultAt(i)) {
                case UNDER_WAY -> left.add(seen.runs().get(i));
                case FAILED -> failures++;
                case FINE -> failures = 0;
            }
        }
        return seen.judged(left, failures);
    }

    private Future<Tally> decided(State state) {
        if (state.failures() >= means.pauseAfter()) {
            return settle(schedule, state.pausedFor(Optional.of(hopeless(state))), Tally.NOTHING);
        }
        Due due = table.due(state.last(), now, means.window());
        if (due.slot().isEmpty()) {
            State told = due.missed() == 0 ? state : state.noted(tellOf(due.missed()));
            return settle(schedule, moved(told, now), Tally.missed(due.missed()));
        }
        Instant slot = due.slot().get();
        return state.runs().isEmpty() || schedule.plan().overlap()
                ? fire(state, slot)
                : settle(schedule, moved(state.noted(Optional.of(
                        "the time of " + slot + " was skipped: the run before had not ended")), slot),
                        Tally.missed(due.missed()));
    }

    /** Somebody began to fire {@code slot} and did not come to the end. */
    private Future<Tally> repeated(State state, Instant slot) {
        boolean early = slot.isAfter(now.plus(Plans.AHEAD)); // by a clock that was wrong
        if (!early && !slot.isBefore(now.minus(means.window()))) {
            return fire(state, slot);
        }
        return means.launcher().find(schedule.stage(), key(slot)).compose(found -> {
            if (found.isPresent()) {
                return started(schedule, state, early ? state.last() : slot, found.get());
            }
            return settle(schedule,
                    moved(state.noted(Optional.of("no run could be started for the time of " + slot)),
                            early ? state.last() : slot),
                    Tally.missed(missedBefore(slot) + 1));
        });
    }

    /** Whoever wrote it down has the time to himself until the lease ends; later he leaves it to whoever comes next. */
    private Future<Tally> fire(State state, Instant slot) {
        Instant lease = now.plus(Ticker.PUT_OFF);
        State firing = state.firing(Optional.of(slot)).at(state.last(), lease);
        return means.store().move(schedule, firing).compose(mine -> mine && means.clock().instant().isBefore(lease)
                ? launch(new Schedule(schedule.stage(), schedule.plan(), firing.revised(state.revision() + 1)), slot)
                : Future.succeededFuture(Tally.NOTHING));
    }

    private Future<Tally> launch(Schedule mine, Instant slot) {
        State state = mine.state();
        return means.launcher().launch(mine.stage(), mine.plan(), key(slot))
                .compose(launched -> switch (launched) {
                    case Launched.Started started -> started(mine, state, slot, started.run());
                    case Launched.Refused refused -> settle(mine,
                            moved(state.judged(state.runs(), state.failures() + 1)
                                    .noted(Optional.of("refused: " + refused.reason())), slot),
                            Tally.refused(missedBefore(slot)));
                    // a plan with the same times fires this one when the lease ends
                    case Launched.Superseded superseded -> means.plans().supersede(mine, superseded.by())
                            .map(Tally.NOTHING);
                });
    }

    private Future<Tally> started(Schedule mine, State state, Instant slot, RunId run) {
        int missed = missedBefore(slot);
        return settle(mine, moved(state.with(run).noted(tellOf(missed)), slot), Tally.fired(missed));
    }

    private int missedBefore(Instant slot) {
        return table.due(schedule.state().last(), slot, means.window()).missed();
    }

    private State moved(State state, Instant dealtWith) {
        Instant last = Plans.later(state.last(), dealtWith);
        Optional<FireTime> next = table.next(last);
        Optional<String> reason = state.failures() >= means.pauseAfter()
                ? Optional.of(hopeless(state))
                : next.isEmpty() ? Optional.of("there are no more times") : Optional.empty();
        return state.firing(Optional.empty()).at(last, next.map(FireTime::at).orElse(last)).pausedFor(reason);
    }

    private Future<Tally> settle(Schedule mine, State to, Tally done) {
        return settle(means, mine, to, done);
    }

    /** Somebody who sees a change first has the say; only then it counts. */
    private static Future<Tally> settle(Means means, Schedule seen, State to, Tally done) {
        Future<Void> told = to.paused().<Future<Void>>map(reason -> means.notices().paused(seen, reason))
                .orElseGet(Future::succeededFuture);
        return told.compose(_ -> means.store().move(seen, to)).map(moved -> {
            if (moved && to.paused().isPresent()) {
                LOG.atWarn().addKeyValue("stage", seen.stage()).addKeyValue("reason", to.paused().get())
                        .log("a schedule is paused");
            }
            return moved ? done.moved(to.paused().isPresent()) : Tally.NOTHING;
        });
    }

    /** A slot is a time, not a try: whoever fires it for the second time says the same. No client's key has a blank. */
    private String key(Instant slot) {
        StageRef stage = schedule.stage();
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
}
