package dev.weir.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.OperatingSystemMXBean;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.log.LogBounds;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Many runs at once that each say a little, each with a reader: CPU, latency to durable and to the reader, nothing lost or repeated. */
final class ManyRuns {
    private static final long PATIENCE_SECONDS = 120;
    private static final int WARM_UP_SECONDS = 10;

    private final int runs;
    private final int rate;
    private final int seconds;
    private final SteadyVms vms = new SteadyVms();
    private final Latencies durable = new Latencies();
    private final Latencies shown = new Latencies();
    private final LongAdder appends = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder seen = new LongAdder();
    private final CountDownLatch over;
    private final AtomicReference<String> broken = new AtomicReference<>();

    ManyRuns(int runs, int rate, int seconds) {
        this.runs = runs;
        this.rate = rate;
        this.seconds = seconds;
        this.over = new CountDownLatch(runs);
    }

    void run() throws IOException, InterruptedException {
        try (BenchGateway gateway = new BenchGateway(vms, List.of("runs.max-concurrent=" + runs), TimedLog::new)) {
            start(gateway);
            System.out.printf(Locale.ROOT, "many: %d runs began%n", runs);
            vms.play(rate, WARM_UP_SECONDS);
            long before = appends.sum();
            durable.restart();
            shown.restart();
            var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long commits = gateway.count(StoreMeters.COMMITS);
            long cpu = process.getProcessCpuTime();
            vms.play(rate, seconds);
            vms.end();
            double cpuSeconds = (process.getProcessCpuTime() - cpu) / (double) TimeUnit.SECONDS.toNanos(1);
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(over.getCount() + " runs did not end");
            }
            report(cpuSeconds, gateway.count(StoreMeters.COMMITS) - commits, appends.sum() - before);
        }
        if (broken.get() != null) {
            throw new IllegalStateException(broken.get());
        }
    }

    private void start(BenchGateway gateway) {
        Runs features = gateway.gateway().features().runs();
        List<Executor> loops = Stream.generate(() -> loop(gateway)).limit(2).toList();
        for (int i = 0; i < runs; i++) {
            RunId run = features.launch(BenchGateway.STAGE, JsonNodeFactory.instance.objectNode(),
                    new Runs.Trigger("api", "owner", Optional.empty(), true)).await().run().id();
            Executor loop = loops.get(i % loops.size());
            loop.execute(() -> gateway.gateway().features().feeds().subscribe(run, EventId.START, loop,
                    new Reader(run)));
        }
        long late = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (vms.attached() < runs) {
            if (System.nanoTime() > late) {
                throw new IllegalStateException("only " + vms.attached() + " runs began");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static Executor loop(BenchGateway gateway) {
        var context = ((VertxInternal) gateway.vertx()).createEventLoopContext();
        return task -> context.runOnContext(_ -> task.run());
    }

    private void report(double cpuSeconds, long commits, long appended) {
        long events = (long) runs * rate * seconds;
        long all = (long) runs * rate * (seconds + WARM_UP_SECONDS);
        System.out.printf(Locale.ROOT, "many: %d runs x %d events/s x %d s = %d events, of which %d seen in order%n",
                runs, rate, seconds, events, seen.sum() - (all - events));
        System.out.printf(Locale.ROOT, "  CPU        %.3f s per 1,000 events (%.0f %% of one core)%n",
                cpuSeconds * 1000 / events, 100 * cpuSeconds / seconds);
        System.out.printf(Locale.ROOT, "  durable    %s%n  reader     %s%n", durable, shown);
        System.out.printf(Locale.ROOT, "  commits    %d (%.0f/s), appends %d, %.2f appends per commit%n", commits,
                (double) commits / seconds, appended, (double) appended / commits);
        if (seen.sum() != all || kept.sum() != all) {
            broken.compareAndSet(null, "events are missing: " + seen + " seen, " + kept + " durable, of " + all);
        }
    }

    /** Counts what its run says. */
    private final class Reader implements Subscriber {
        private final RunId run;
        private EventId last = EventId.START;

        Reader(RunId run) {
            this.run = run;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void write(Batch batch) {
            long now = System.nanoTime();
            for (RunEvent event : batch.events()) {
                if (!event.id().equals(last.equals(EventId.START) ? new EventId(1, 1) : last.next())) {
                    broken.compareAndSet(null, run + ": " + event.id() + " after " + last);
                }
                last = event.id();
                if (event.type() == EventType.MESSAGE) {
                    seen.increment();
                    shown.add(now - SteadyVms.made(event.data().getBytes()));
                }
            }
        }

        @Override
        public void reset() {
            broken.compareAndSet(null, run + " began anew");
        }

        @Override
        public void end() {
            over.countDown();
        }

        @Override
        public void fail(Throwable cause) {
            broken.compareAndSet(null, run + " broke off: " + cause);
            over.countDown();
        }
    }

    /** The log, and when it has taken what. */
    private final class TimedLog implements RunLog {
        private final RunLog log;

        TimedLog(RunLog log) {
            this.log = log;
        }

        @Override
        public Future<Boolean> append(RunId run, long fence, List<RunEvent> events) {
            return log.append(run, fence, events).onSuccess(_ -> {
                long now = System.nanoTime();
                appends.increment();
                events.stream().filter(event -> event.type() == EventType.MESSAGE)
                        .forEach(event -> {
                            kept.increment();
                            durable.add(now - SteadyVms.made(event.data().getBytes()));
                        });
            });
        }

        @Override
        public Future<List<RunEvent>> read(RunId run, EventId after, int maxEvents, int maxBytes) {
            return log.read(run, after, maxEvents, maxBytes);
        }

        @Override
        public Future<LogBounds> bounds(RunId run) {
            return log.bounds(run);
        }

        @Override
        public Future<Void> trim(RunId run, EventId first) {
            return log.trim(run, first);
        }
    }
}
