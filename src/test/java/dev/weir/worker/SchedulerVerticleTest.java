package dev.weir.worker;

import static dev.weir.fixture.Samples.STAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.ScheduleSweep;
import dev.weir.feature.skill.Stage;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import dev.weir.observe.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchedulerVerticleTest {
    private static final Plan EACH_MINUTE = new Plan("* * * * *", "UTC", "{}", true);

    private final Vertx vertx = Vertx.vertx();
    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryScheduleStore store = new MemoryScheduleStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Runway runway = new Runway();
    private final Ticker ticker = new Ticker(store, runway, (_, _) -> Future.succeededFuture(),
            new Ticker.Settings(Duration.ofMinutes(5), 3, 2), clock);

    /** Starts what it is told to, once somebody opens the gate. */
    private static final class Runway implements Launcher {
        private final List<String> keys = new CopyOnWriteArrayList<>();
        private final AtomicInteger underWay = new AtomicInteger();
        private volatile Future<Void> gate = Future.succeededFuture();

        @Override
        public Future<Launched> launch(StageRef stage, Plan plan, String key) {
            keys.add(key);
            underWay.incrementAndGet();
            return gate.map(_ -> {
                underWay.decrementAndGet();
                return new Launched.Started(new RunId("run_" + key.hashCode()));
            });
        }

        @Override
        public Future<Optional<RunId>> find(StageRef stage, String key) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Standing> standing(RunId run) {
            return Future.succeededFuture(Standing.FINE);
        }
    }

    @BeforeEach
    void stage() {
        for (int i = 0; i < 5; i++) {
            StageRef ref = new StageRef(STAGE.tenant(), "hello", "s" + i);
            Samples.stage(catalog, ref, clock.instant());
            Answers.of(catalog.put(new Stage(ref, Samples.automated(true, EACH_MINUTE), Optional.empty(),
                    clock.instant(), clock.instant())));
        }
    }

    @AfterEach
    void close() {
        Answers.of(vertx.close());
    }

    @Test
    void itSetsWhatStagesSayAndFiresItInBatches() {
        String id = deploy(Duration.ofMillis(10));
        await().until(() -> all().size() == 5);
        clock.advance(Duration.ofMinutes(1));
        await().until(() -> registry.counter(Meters.SCHEDULE_TIMES, "outcome", "fired").count() == 5);
        assertThat(runway.keys).hasSize(5).doesNotHaveDuplicates();
        clock.advance(Duration.ofMinutes(3));
        await().until(() -> registry.counter(Meters.SCHEDULE_TIMES, "outcome", "missed").count() == 10);
        assertThat(runway.keys).hasSize(10).doesNotHaveDuplicates();
        Answers.of(vertx.undeploy(id));
    }

    @Test
    void neverTwoTicksAtOnceAndAStopWaitsForTheOneUnderWay() {
        Promise<Void> gate = Promise.promise();
        String id = deploy(Duration.ofMillis(1));
        await().until(() -> all().size() == 5);
        runway.gate = gate.future();
        clock.advance(Duration.ofMinutes(1));
        await().until(() -> runway.underWay.get() == 2);
        Promise<Void> passed = Promise.promise();
        vertx.setTimer(100, _ -> passed.complete());
        Answers.of(passed.future());
        assertThat(runway.keys).as("one batch, however often the timer rang").hasSize(2);

        Future<Void> stopped = vertx.undeploy(id);
        Promise<Void> later = Promise.promise();
        vertx.setTimer(50, _ -> later.complete());
        Answers.of(later.future());
        assertThat(stopped.isComplete()).isFalse();
        gate.complete();
        Answers.of(stopped);
        assertThat(runway.keys).hasSize(2);
        assertThat(runway.underWay).hasValue(0);
    }

    @Test
    void aThousandOfTheSameMinuteAreStartedWithoutWaitingForAnotherTick() {
        Ticker many = new Ticker(store, runway, (_, _) -> Future.succeededFuture(),
                new Ticker.Settings(Duration.ofMinutes(5), 3, 100), clock);
        for (int i = 0; i < 1000; i++) {
            Answers.of(many.set(new StageRef(new TenantId("t-" + i % 50), "hello", "s" + i), EACH_MINUTE));
        }
        clock.advance(Duration.ofMinutes(1));
        deploy(many, new ScheduleSweep(catalog, new MemoryScheduleStore(), many), Duration.ofHours(1), 100);
        await().until(() -> registry.counter(Meters.SCHEDULE_TIMES, "outcome", "fired").count() == 1000);
        assertThat(runway.keys).hasSize(1000);
    }

    private String deploy(Duration tick) {
        return deploy(ticker, new ScheduleSweep(catalog, store, ticker), tick, 2);
    }

    private String deploy(Ticker chosen, ScheduleSweep sweep, Duration tick, int batch) {
        return Answers.of(vertx.deployVerticle(new SchedulerVerticle(chosen, sweep,
                new SchedulerVerticle.Settings(tick, Duration.ofHours(1), batch), new Meters(registry))));
    }

    private List<Schedule> all() {
        return Answers.of(store.page(Optional.empty(), 100));
    }
}
