package dev.weir.worker;

import static org.awaitility.Awaitility.await;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.agent.Backoff;
import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.Aftermath;
import dev.weir.feature.run.DeadLetters;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunExecutor;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.Strays;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.run.feed.RunState;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.fixture.Answers;
import dev.weir.fixture.MemoryApiKeyStore;
import dev.weir.fixture.MemoryGrantStore;
import dev.weir.fixture.MemorySecretStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.fixture.ScriptedRuntime;
import dev.weir.fixture.ScriptedRuntime.Peer;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Role;
import dev.weir.kernel.StageRef;
import dev.weir.observe.Meters;
import dev.weir.platform.embedded.SqliteDatabase;
import dev.weir.platform.embedded.SqliteLedger;
import dev.weir.platform.embedded.SqliteRunLog;
import dev.weir.platform.embedded.SqliteRunQueue;
import dev.weir.platform.embedded.SqliteRunStore;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** The workers of one gateway over a database of their own, with the test in the microVMs' place and a stage of each size. */
final class WorkerRig implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final int RECEIVES = 3;

    final ScriptedRuntime runtime = new ScriptedRuntime();
    volatile Limits limits = Limits.NONE;
    /** Whether the book of limits can be read. */
    volatile boolean isBookOpen = true;
    /** Whether the executing side's looks at records fail, and with a checked exception. */
    volatile boolean isStoreBroken;
    final AtomicInteger brokenReads = new AtomicInteger();
    private final InstantSource clock = InstantSource.system();
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RunHints hints = new RunHints(vertx.eventBus());
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final Access access = new Access(new MemoryApiKeyStore(), new MemoryGrantStore(),
            new Tickets(new byte[32], clock));
    private final Caller owner = new Caller(Samples.TENANT, "olga", Role.OWNER);
    private final SqliteDatabase database;
    private final Runs.Ports ports;
    private final Quotas quotas;
    private final Runs runs;
    private final RunExecutor executor;

    WorkerRig(Path directory) {
        database = SqliteDatabase.open(directory);
        ports = new Runs.Ports(new SqliteRunStore(database, clock),
                new SqliteRunQueue(database, new SqliteRunQueue.Bounds(1000, 1000, RECEIVES)),
                new SqliteRunLog(database));
        quotas = new Quotas(new SqliteLedger(database),
                scope -> isBookOpen
                        ? Future.succeededFuture(scope.stage().isEmpty() ? limits : Limits.NONE)
                        : Future.failedFuture("the book is shut"),
                clock,
                Duration.ofMinutes(10));
        runs = new Runs(catalog, access, ports, new InputCheck(new Offload(Runnable::run)), hints, clock);
        Feeds feeds = new Feeds(ports.log(), _ -> Future.succeededFuture(new RunState(Optional.empty())), clock,
                new Feeds.Limits(2048, 1 << 20, Duration.ofSeconds(30)));
        executor = new RunExecutor(
                new RunExecutor.Surroundings(breakable(ports.store()), ports.log(), feeds, _ -> runtime,
                        new Backoff(new Random(1)),
                        clock),
                new RunExecutor.Code(catalog, urlsOnly(), new MemorySecretStore()), ports.queue(), quotas, hints,
                new RunExecutor.Settings(LEASE, Duration.ofSeconds(5), Duration.ofSeconds(330), Duration.ofMinutes(2),
                        Duration.ofMinutes(55), 1L << 28));
        for (Stage.Size size : Stage.Size.values()) {
            StageRef ref = ref(size);
            Instant now = clock.instant();
            Answers.of(catalog.create(Samples.skill(ref.tenant(), ref.skill(), now)));
            Answers.of(catalog.put(new Stage(ref,
                    StageSettings.of(size, Duration.ofSeconds(60), Map.of(), List.of(), 1), Optional.empty(), now,
                    now)));
            Answers.of(catalog.deploy(Samples.deployment(ref, "1.0.0", now), Optional.empty()));
        }
    }

    private static StageRef ref(Stage.Size size) {
        return new StageRef(Samples.TENANT, "hello", "of-" + size.name());
    }

    /** An executing side only ever asks for URLs. */
    private static PackageStore urlsOnly() {
        return (PackageStore) Proxy.newProxyInstance(WorkerRig.class.getClassLoader(),
                new Class<?>[]{PackageStore.class}, (_, method, _) -> {
                    if (!method.getName().equals("downloadUrl")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return "http://packages/code.zip";
                });
    }

    private RunStore breakable(RunStore store) {
        return (RunStore) Proxy.newProxyInstance(WorkerRig.class.getClassLoader(), new Class<?>[]{RunStore.class},
                (_, method, arguments) -> {
                    if (isStoreBroken && method.getName().equals("find")) {
                        brokenReads.incrementAndGet();
                        return Future.failedFuture(new SQLException("broken"));
                    }
                    return method.invoke(store, arguments);
                });
    }

    void limit(Map<Dimension, Long> most) {
        limits = new Limits(most);
    }

    /** Starts everything, as a gateway does. */
    void work(int places, int longPlaces) {
        Meters meters = new Meters(registry);
        Aftermath aftermath = new Aftermath(ports.store(), quotas, _ -> Future.succeededFuture(),
                status -> meters.runEnded(status.wireName()));
        Answers.of(vertx.deployVerticle(new QuotaVerticle(aftermath, quotas, SOON)));
        Answers.of(vertx.deployVerticle(new EnqueueVerticle(new Strays(ports.store(), ports.queue(), clock, LEASE),
                new DeadLetters(ports, _ -> runtime, clock, LEASE), hints, meters, SOON)));
        hints.onCancelled(executor::cancelHint);
        Answers.of(vertx.deployVerticle(runner(Line.LONG, longPlaces)));
        Answers.of(vertx.deployVerticle(runner(Line.SHORT, places)));
    }

    private RunnerVerticle runner(Line line, int places) {
        return new RunnerVerticle(executor, ports.queue(), new RunnerVerticle.Settings(line, places, LEASE, SOON, SOON),
                clock);
    }

    Future<RunId> invoke(Stage.Size size) {
        return runs.target(owner, "hello", ref(size).stage())
                .compose(target -> runs.invoke(target, FrameCodec.tree(new Cancelled()), Optional.empty()))
                .map(accepted -> accepted.run().id());
    }

    Run cancel(RunId run) {
        return Answers.of(runs.cancel(access.member(owner), run));
    }

    Run run(RunId id) {
        return Answers.of(ports.store().find(id)).orElseThrow();
    }

    long used(Dimension dimension) {
        return Answers.of(quotas.view(Scope.of(Samples.TENANT))).stream()
                .filter(each -> each.dimension() == dimension).mapToLong(Allowance::used).sum();
    }

    void awaitSettled() {
        await().until(() -> Answers.of(ports.store().ended(Optional.empty(), 1)).isEmpty());
    }

    /** Has every message taken, by somebody who does nothing with it, as often as it may be. */
    void receiveTooOften() {
        for (int i = 0; i < RECEIVES; i++) {
            Answers.of(ports.queue().lease(1, clock.instant(), clock.instant()));
        }
    }

    double ended(String status) {
        return registry.counter(Meters.RUNS_ENDED, "status", status).count();
    }

    double count(String name) {
        return registry.find(name).counters().stream().mapToDouble(Counter::count).sum();
    }

    /** The next microVM that is connected to, told to start. */
    Peer attached() throws InterruptedException {
        Peer peer = runtime.connection();
        peer.say(new Hello("boot"));
        peer.hear(Attach.class);
        return peer.say(new Attached(true, 0));
    }

    static void succeed(Peer peer) {
        peer.say(new Events(1, List.of(new Succeeded(FrameCodec.tree(new Cancelled())))));
    }

    /** MicroVMs come up and succeed by themselves from now on. */
    void everyRunSucceeds() {
        vertx.setPeriodic(1, _ -> {
            for (Optional<Peer> peer = runtime.poll(); peer.isPresent(); peer = runtime.poll()) {
                Peer next = peer.get();
                Thread.ofVirtual().start(() -> serve(next));
            }
        });
    }

    private static void serve(Peer peer) {
        try {
            peer.say(new Hello("boot"));
            peer.hear(Attach.class);
            succeed(peer.say(new Attached(true, 0)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Answers.of(vertx.close());
        Answers.of(database.close());
    }
}
