package dev.weir.feature.schedule;

import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Which stage runs by which plan, and changes of that from outside. */
final class Plans {
    /** Clocks of gateways may differ by so much; a schedule further ahead was moved by a clock that was wrong. */
    static final Duration AHEAD = Duration.ofMinutes(5);
    /** Of a change that others come before; two a minute is all that a ticker does. */
    private static final int TRIES = 5;

    private final ScheduleStore store;
    private final InstantSource clock;

    Plans(ScheduleStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    Future<Schedule> set(StageRef stage, Plan plan) {
        return set(stage, plan, TRIES);
    }

    Future<Boolean> ensure(StageRef stage, Plan plan) {
        return store.find(stage).compose(known -> known.filter(each -> each.plan().equals(plan))
                .map(this::righted).orElseGet(() -> set(stage, plan).map(true)));
    }

    Future<Schedule> resume(StageRef stage) {
        return resume(stage, TRIES);
    }

    /** Nothing if {@code seen} has changed meanwhile: whoever changed it may know better. */
    Future<Void> supersede(Schedule seen, Optional<Plan> by) {
        if (by.isPresent() && by.get().hasTimesOf(seen.plan())) {
            return store.amend(seen, by.get()).mapEmpty();
        }
        return store.drop(seen).compose(dropped -> dropped && by.isPresent()
                ? set(seen.stage(), by.get()).<Void>mapEmpty()
                : Future.succeededFuture());
    }

    private Future<Schedule> set(StageRef stage, Plan plan, int tries) {
        return store.find(stage).compose(known -> {
            if (known.isEmpty() || !known.get().plan().hasTimesOf(plan)) {
                return fresh(stage, plan);
            }
            if (known.get().plan().equals(plan)) {
                return Future.succeededFuture(known.get());
            }
            return tries == 0
                    ? Future.failedFuture(busy())
                    : store.amend(known.get(), plan).compose(_ -> set(stage, plan, tries - 1));
        });
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

    private Future<Schedule> resume(StageRef stage, int tries) {
        return store.find(stage).compose(known -> {
            Schedule seen = known.orElseThrow(() -> new ProblemException(new Problem.NotFound("schedule", "")));
            if (seen.state().paused().isEmpty()) {
                return Future.succeededFuture(seen);
            }
            return tries == 0
                    ? Future.failedFuture(busy())
                    : store.move(seen, going(seen)).compose(_ -> resume(stage, tries - 1));
        });
    }

    /** Fails with {@code Invalid} if the plan is not valid any more. */
    private State going(Schedule seen) {
        State state = seen.state();
        Instant now = clock.instant();
        Instant last = later(now, state.last().isAfter(now.plus(AHEAD)) ? now : state.last());
        Instant next = Timetable.of(seen.plan().cron(), seen.plan().zone(), last).next(last).orElseThrow().at();
        return state.judged(state.runs(), 0).pausedFor(Optional.empty())
                .at(last, state.firing().isPresent() ? now : next);
    }

    /** Whether it had to be brought back from a time that has not come. The keys of the times keep them from firing again. */
    private Future<Boolean> righted(Schedule seen) {
        State state = seen.state();
        Instant now = clock.instant();
        Instant limit = now.plus(AHEAD);
        boolean ahead = state.last().isAfter(limit) || state.next().isAfter(latest(seen, limit));
        if (!ahead || state.paused().isPresent()) {
            return Future.succeededFuture(false);
        }
        return store.move(seen, state.at(state.last().isAfter(limit) ? now : state.last(), now)
                .noted(Optional.of("a clock was ahead; the times count again from " + now)));
    }

    /** The latest time at which there can be something to do, if every clock is right. */
    private static Instant latest(Schedule seen, Instant limit) {
        Instant retried = limit.plus(Ticker.PUT_OFF);
        if (seen.state().firing().isPresent()) {
            return retried;
        }
        try {
            return Timetable.of(seen.plan().cron(), seen.plan().zone(), limit).next(limit)
                    .map(time -> later(time.at(), retried)).orElse(retried);
        } catch (ProblemException newRules) {
            return retried;
        }
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static ProblemException busy() {
        return new ProblemException(new Problem.Conflict("the schedule is being changed by others"));
    }
}
