package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Gateways that die over a time after any step, and two whose steps mix in any order; the run never ends, and must stay the only one. */
class TickerCrashTest {
    private static final Plan EACH_MINUTE = new Plan("* * * * *", "UTC", "{}", false);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final String KEY = "schedule hello/prod ";
    /** More than two gateways take for one time. */
    private static final int STEPS = 12;

    private MemoryScheduleStore store = new MemoryScheduleStore();
    private final Map<String, RunId> runs = new LinkedHashMap<>();

    /** Each of its calls waits until it is let through, and again until it is answered. */
    private final class Gateway {
        private final HandClock clock = new HandClock();
        private final Queue<Runnable> steps = new ArrayDeque<>();
        private final Ticker ticker = new Ticker(calls(), new Runway(), (_, _) -> Future.succeededFuture(),
                new Ticker.Settings(WINDOW, 3, 10), clock);
        private Future<Tally> ticked;

        private Gateway(Duration after) {
            clock.advance(after);
        }

        private <T> Future<T> waiting(Supplier<Future<T>> call) {
            Promise<T> answer = Promise.promise();
            steps.add(() -> {
                Future<T> done = call.get();
                steps.add(() -> done.onComplete(answer));
            });
            return answer.future();
        }

        private void start() {
            ticked = ticker.tick();
        }

        /** Whether there was one to do. */
        private boolean step() {
            if (ticked == null) {
                start();
            }
            Runnable next = steps.poll();
            if (next != null) {
                next.run();
            }
            return next != null;
        }

        private Tally all() {
            while (step()) {
                assertThat(steps).hasSizeLessThan(STEPS);
            }
            return Answers.of(ticked);
        }

        private ScheduleStore calls() {
            MemoryScheduleStore real = store;
            return new Slow(real, this);
        }

        private final class Runway implements Launcher {
            @Override
            public Future<Launched> launch(StageRef stage, Plan plan, String key) {
                return waiting(() -> Future.succeededFuture(
                        new Launched.Started(runs.computeIfAbsent(key, _ -> RunId.create(clock.instant())))));
            }

            @Override
            public Future<Optional<RunId>> find(StageRef stage, String key) {
                return waiting(() -> Future.succeededFuture(Optional.ofNullable(runs.get(key))));
            }

            @Override
            public Future<Standing> standing(RunId run) {
                return waiting(() -> Future.succeededFuture(Standing.UNDER_WAY));
            }
        }
    }

    /** What a tick asks of a store, step by step. */
    private record Slow(MemoryScheduleStore store, Gateway gateway) implements ScheduleStore {
        @Override
        public Future<List<Schedule>> due(Instant now, int max) {
            return gateway.waiting(() -> store.due(now, max));
        }

        @Override
        public Future<Boolean> move(Schedule seen, State to) {
            return gateway.waiting(() -> store.move(seen, to));
        }

        @Override
        public Future<Schedule> put(Schedule schedule) {
            return store.put(schedule);
        }

        @Override
        public Future<Optional<Schedule>> find(StageRef stage) {
            return store.find(stage);
        }

        @Override
        public Future<Void> remove(StageRef stage) {
            return store.remove(stage);
        }

        @Override
        public Future<Boolean> drop(Schedule seen) {
            return store.drop(seen);
        }

        @Override
        public Future<Boolean> amend(Schedule seen, Plan plan) {
            return store.amend(seen, plan);
        }

        @Override
        public Future<List<Schedule>> page(Optional<StageRef> after, int limit) {
            return store.page(after, limit);
        }
    }

    @Test
    void whoDiesAfterAnyStepIsFollowedByOneThatFinishesTheSameTime() {
        for (int died = 0; died <= STEPS; died++) {
            schedule();
            Gateway dead = new Gateway(Duration.ofSeconds(60));
            for (int i = 0; i < died; i++) {
                dead.step();
            }
            Tally done = Tally.NOTHING;
            for (int seconds : new int[]{70, 95, 120, 180}) {
                done = done.plus(tick(seconds));
            }
            assertThat(runs.keySet()).as("died after %s", died).containsExactly(KEY + "2026-03-01T12:01:00Z");
            assertThat(state().runs()).as("died after %s", died).containsExactlyElementsOf(runs.values());
            assertThat(done.missed()).as("died after %s", died).isZero();
            assertThat(state().firing()).isEmpty();
        }
    }

    @Test
    void afterALongOutageTheRunIsFoundOrItsTimeIsMissed() {
        int found = 0;
        for (int died = 0; died <= STEPS; died++) {
            schedule();
            Gateway dead = new Gateway(Duration.ofSeconds(60));
            for (int i = 0; i < died; i++) {
                dead.step();
            }
            boolean ran = !runs.isEmpty();
            found += ran ? 1 : 0;
            Tally done = tick(1800).plus(tick(1800));
            assertThat(runs).as("died after %s", died).hasSize(1);
            assertThat(runs).containsKey(KEY + (ran ? "2026-03-01T12:01:00Z" : "2026-03-01T12:30:00Z"));
            assertThat(state().runs()).as("died after %s", died).containsExactlyElementsOf(runs.values());
            assertThat(done.missed()).as("died after %s", died).isEqualTo(ran ? 28 : 29);
        }
        assertThat(found).isBetween(1, STEPS);
    }

    @Test
    void whoSleepsLongerThanHisLeaseLeavesTheTimeToOthers() {
        schedule();
        Gateway sleepy = new Gateway(Duration.ofSeconds(60));
        while (state().firing().isEmpty()) {
            assertThat(sleepy.step()).isTrue();
        }
        sleepy.clock.advance(Ticker.PUT_OFF);
        assertThat(sleepy.all().fired()).isZero();
        assertThat(runs).isEmpty();
        assertThat(tick(90).fired()).isEqualTo(1);
        assertThat(runs).hasSize(1);
    }

    @Test
    void stepsOfTwoGatewaysMayMixInAnyOrder() {
        for (int second : new int[]{60, 95, 185}) {
            for (int order = 0; order < 1 << STEPS; order++) {
                schedule();
                Gateway one = new Gateway(Duration.ofSeconds(60));
                Gateway other = new Gateway(Duration.ofSeconds(second));
                for (int i = 0; i < STEPS; i++) {
                    ((order >> i & 1) == 0 ? one : other).step();
                }
                Tally done = one.all().plus(other.all()).plus(tick(240)).plus(tick(241));
                assertThat(runs).as("%s at %s", order, second).hasSize(1);
                assertThat(done.fired()).as("%s at %s", order, second).isEqualTo(1);
                assertThat(state().runs()).containsExactlyElementsOf(runs.values());
            }
        }
    }

    private Tally tick(int seconds) {
        return new Gateway(Duration.ofSeconds(seconds)).all();
    }

    private void schedule() {
        store = new MemoryScheduleStore();
        runs.clear();
        Answers.of(new Gateway(Duration.ZERO).ticker.set(Samples.STAGE, EACH_MINUTE));
    }

    private State state() {
        return Answers.of(store.find(Samples.STAGE)).orElseThrow().state();
    }
}
