package dev.weir.feature.run;

import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.Backoff;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.run.feed.RunState;
import dev.weir.feature.skill.PackageStore;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryLedger;
import dev.weir.fixture.MemoryRunLog;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.MemorySecretStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.fixture.ScriptedRuntime;
import dev.weir.fixture.ScriptedRuntime.Peer;
import dev.weir.fixture.StubbornLog;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Output;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/** A gateway's executing side without a gateway: ports in memory, a clock moved by hand, and a test in the microVM's place. */
final class ExecutionRig {
    static final RunExecutor.Settings SETTINGS = new RunExecutor.Settings(Duration.ofSeconds(15),
            Duration.ofSeconds(5), Duration.ofSeconds(330), Duration.ofMinutes(2), Duration.ofMinutes(55), 1L << 28);

    final HandClock clock = new HandClock();
    final MemoryRunStore store = new MemoryRunStore(clock);
    final StubbornLog log = new StubbornLog(new MemoryRunLog(store));
    final MemoryRunQueue queue = new MemoryRunQueue(10);
    final ScriptedRuntime runtime = new ScriptedRuntime();
    final MemoryLedger counters = new MemoryLedger();
    final Map<Scope, Limits> limits = new ConcurrentHashMap<>();
    /** Whether the book of limits can be read. */
    volatile boolean isBookOpen = true;
    final Quotas quotas = new Quotas(counters, this::limits, clock, Duration.ofMinutes(10));
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    final RunExecutor executor = executor();
    final RunId id = RunId.create(clock.instant());

    /** @param maxAttempts what the run's stage allowed */
    ExecutionRig(int maxAttempts) {
        Samples.stage(catalog, Samples.STAGE, clock.instant());
        Answers.of(catalog.deploy(Samples.deployment(Samples.STAGE, "1.0.0", clock.instant()), Optional.empty()));
        RunOrder order = Samples.order(Samples.STAGE, clock.instant());
        Answers.of(store.create(id,
                new RunOrder(order.kind(), order.stage(), order.version(), order.source(), order.invokedBy(),
                        order.input(), order.timeout(), maxAttempts, order.line(), order.createdAt()),
                Optional.empty()));
        Answers.of(queue.offer(id));
    }

    private Future<Limits> limits(Scope scope) {
        return isBookOpen
                ? Future.succeededFuture(limits.getOrDefault(scope, Limits.NONE))
                : Future.failedFuture("the book is shut");
    }

    /** Another gateway on the same stores. */
    RunExecutor executor() {
        Feeds feeds = new Feeds(log, _ -> Future.succeededFuture(new RunState(Optional.empty())), clock,
                new Feeds.Limits(2048, 1 << 20, Duration.ofSeconds(30)));
        return new RunExecutor(
                new RunExecutor.Surroundings(store, log, feeds, _ -> runtime, new Backoff(new Random(1)), clock),
                new RunExecutor.Code(catalog, urlsOnly(), new MemorySecretStore()), queue, quotas, new Unheard(),
                SETTINGS);
    }

    /** Whoever listens looks by itself here. */
    private static final class Unheard implements Hints {
        @Override
        public void queued() {}

        @Override
        public void ended() {}

        @Override
        public void cancelled(RunId run) {}
    }

    /** An executing side only ever asks for URLs. */
    private static PackageStore urlsOnly() {
        return (PackageStore) Proxy.newProxyInstance(ExecutionRig.class.getClassLoader(),
                new Class<?>[]{PackageStore.class}, (_, method, _) -> {
                    if (!method.getName().equals("downloadUrl")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return "http://packages/code.zip";
                });
    }

    /** Takes the run from the queue and executes it; completes when the executing side has let go of it. */
    CompletableFuture<Void> execute(RunExecutor by) {
        Instant now = clock.instant();
        Leased message = Answers.of(queue.lease(1, now, now.plusSeconds(15))).getFirst();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                by.execute(message);
                done.complete(null);
            } catch (InterruptedException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Lets time pass, and has the executing side look at the clock. */
    void advance(Duration by) {
        clock.advance(by);
        executor.cancelHint(id);
    }

    /** The connection that follows one that broke, after its pause. */
    Peer reconnected() {
        return await().pollInterval(Duration.ofMillis(5)).until(() -> {
            advance(Duration.ofMillis(500));
            return runtime.poll();
        }, Optional::isPresent).orElseThrow();
    }

    Run run() {
        return Answers.of(store.find(id)).orElseThrow();
    }

    /** Connects as the microVM {@code boot}, which has events up to {@code last}; what the gateway asked for. */
    Attach attach(Peer peer, String boot, long last) throws InterruptedException {
        peer.say(new Hello(boot));
        Attach attach = peer.hear(Attach.class);
        peer.say(new Attached(true, last));
        return attach;
    }

    /** The runner's events from number {@code from} to {@code to}. */
    static Events outputs(long from, long to) {
        return new Events(from, LongStream.rangeClosed(from, to)
                .<Event>mapToObj(n -> new Output("stdout", "line " + n + "\n")).toList());
    }

    List<RunEvent> logged() {
        return Answers.of(log.read(id, EventId.START, 100_000, Integer.MAX_VALUE));
    }

    /** Waits until the log's newest event is this one. */
    void awaitLogged(EventId newest) {
        await().until(() -> Answers.of(log.bounds(id)).newest().equals(newest));
    }
}
