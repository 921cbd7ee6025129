package dev.weir.feature.schedule;

import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is due. It has no timer: somebody calls {@link #tick} at least once a minute, on any number of gateways, each of which may die
 * at any moment. A time that was begun to fire is finished by whoever comes next, under the same key; no later time of that schedule fires
 * before, so that a schedule that must not overlap does not, whoever dies.
 */
public final class Ticker {
    /** After a failure, and how long a gateway that fires a time has that time to itself; well below {@link #ON_TIME}. */
    static final Duration PUT_OFF = Duration.ofSeconds(30);

    /**
     * So late every time is still on time, whatever the window: ticks may be a minute apart, and one that fails or dies over a time is
     * followed after {@link #PUT_OFF}. A smaller window would lose times though nothing was wrong.
     */
    private static final Duration ON_TIME = Duration.ofMinutes(2);
    /** One schedule may keep the others waiting so long; less than {@link #PUT_OFF}, so that it has not lost its time when it is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduleStore store;
    private final Settings settings;
    private final InstantSource clock;
    private final Plans plans;
    private final Turn.Means means;

    /**
     * How patient it is.
     *
     * @param window how late a time may still fire, under a day; older ones are missed and only told of; below two minutes it means two
     *        minutes
     * @param pauseAfter failures in a row
     * @param batch schedules in one tick
     * @param patience for one schedule and for each look at the store
     */
    public record Settings(Duration window, int pauseAfter, int batch, Duration patience) {
        /** With ten seconds of patience. */
        public Settings(Duration window, int pauseAfter, int batch) {
            this(window, pauseAfter, batch, PATIENCE);
        }
    }

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
        this.settings = settings;
        this.clock = clock;
        this.plans = new Plans(store, clock);
        Duration window = settings.window().compareTo(ON_TIME) < 0 ? ON_TIME : settings.window();
        this.means = new Turn.Means(store, launcher, notices, plans, window, settings.pauseAfter(), clock);
    }

    /**
     * Makes the stage run by this plan from now on. Another input or another word on overlaps changes nothing else: what is due fires, what
     * runs counts, what is paused stays so until {@link #resume}. Other times or another zone start afresh. Fails with {@code Invalid} as
     * {@link Timetable#of} does, with {@code Conflict} if others change it all the time.
     */
    public Future<Schedule> set(StageRef stage, Plan plan) {
        return plans.set(stage, plan);
    }

    /**
     * As {@link #set}, and brings a schedule back that was moved by a clock far ahead of this one; whether anything changed. To be called
     * for every schedule now and then.
     */
    public Future<Boolean> ensure(StageRef stage, Plan plan) {
        return plans.ensure(stage, plan);
    }

    /** Idempotent. */
    public Future<Void> remove(StageRef stage) {
        return store.remove(stage);
    }

    /**
     * Goes on after a pause, from now: times that went by meanwhile are gone. Fails with {@code NotFound} if the stage has no schedule, with
     * {@code Invalid} if its plan is not valid any more.
     */
    public Future<Schedule> resume(StageRef stage) {
        return plans.resume(stage);
    }

    /**
     * Deals with what is due now, at most a batch. A schedule that fails or takes too long is left for a later tick and disturbs no other;
     * if the batch was full, there may be more to do at once.
     */
    public Future<Tally> tick() {
        Instant now = clock.instant();
        return patiently(() -> store.due(now, settings.batch())).compose(due -> {
            List<Future<Tally>> moves = due.stream()
                    .map(each -> patiently(() -> turn(each, now)).recover(failure -> putOff(each, now, failure)))
                    .toList();
            return Future.join(moves)
                    .map(_ -> moves.stream().map(Future::result).reduce(Tally.seen(due.size()), Tally::plus));
        });
    }

    private Future<Tally> turn(Schedule schedule, Instant now) {
        Turn turn;
        try {
            turn = new Turn(means, schedule, now);
        } catch (ProblemException newRules) {
            return Turn.invalid(means, schedule);
        }
        return turn.take();
    }

    /**
     * Out of the way of the others for a moment, however many there are that fail; its times are not dealt with yet. If it failed after it
     * was written down what fires, this changes nothing, and it is out of the way as well.
     */
    private Future<Tally> putOff(Schedule schedule, Instant now, Throwable failure) {
        LOG.atWarn().addKeyValue("stage", schedule.stage()).setCause(failure)
                .log("a schedule could not be moved on; trying again");
        return patiently(() -> store.move(schedule, schedule.state().at(schedule.state().last(), now.plus(PUT_OFF))))
                .map(Tally.NOTHING).otherwise(Tally.NOTHING);
    }

    /** What is thrown fails the future, too. */
    private <T> Future<T> patiently(Supplier<Future<T>> call) {
        try {
            return call.get().timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }
}
