package dev.weir.app;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long an invocation takes over HTTP, to its 202 and to the moment its run is taken up, at a steady rate; and how many there are in a second when
 * so many are always under way. The microVMs do every run in no time.
 */
final class InvokeBench {
    private static final int WARM_UP_SECONDS = 5;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads)
            .build();
    private final int rate;
    private final int seconds;
    private final int outstanding;
    private BenchGateway gateway;

    private record Invoked(Instant sent, long nanos, String run) {}

    InvokeBench(int rate, int seconds, int outstanding) {
        this.rate = rate;
        this.seconds = seconds;
        this.outstanding = outstanding;
    }

    void run() throws IOException, InterruptedException {
        try (BenchGateway opened = new BenchGateway(new AtOnce(), List.of(), log -> log)) {
            gateway = opened;
            steadily(WARM_UP_SECONDS);
            reportSteady(steadily(seconds));
            closed(Duration.ofSeconds(WARM_UP_SECONDS));
            Latencies answered = new Latencies();
            var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long commits = gateway.count(StoreMeters.COMMITS);
            long writes = gateway.count(StoreMeters.WRITES);
            long cpu = process.getProcessCpuTime();
            closed(Duration.ofSeconds(seconds)).forEach(each -> answered.add(each.nanos()));
            cpu = process.getProcessCpuTime() - cpu;
            reportClosed(answered, gateway.count(StoreMeters.COMMITS) - commits,
                    gateway.count(StoreMeters.WRITES) - writes, cpu / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** One every so often, whatever became of the one before. */
    private List<Invoked> steadily(int so) {
        List<CompletableFuture<Invoked>> underWay = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < rate * so; i++) {
            LockSupport.parkNanos(begin + i * 1_000_000_000L / rate - System.nanoTime());
            underWay.add(invoke());
        }
        return underWay.stream().map(CompletableFuture::join).toList();
    }

    /** A new one whenever one is answered. */
    private List<Invoked> closed(Duration so) throws InterruptedException {
        List<CompletableFuture<Invoked>> all = new ArrayList<>();
        Semaphore places = new Semaphore(outstanding);
        long end = System.nanoTime() + so.toNanos();
        while (System.nanoTime() < end) {
            places.acquire();
            all.add(invoke().whenComplete((_, _) -> places.release()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Invoked> invoke() {
        HttpRequest request = request("/v1/skills/hello-stream/stages/prod/runs")
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{}")).build();
        Instant sent = Instant.now();
        long begin = System.nanoTime();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            if (answer.statusCode() != 202) {
                throw new IllegalStateException("answered " + answer.statusCode());
            }
            return new Invoked(sent, System.nanoTime() - begin, new JsonObject(answer.body()).getString("run_id"));
        });
    }

    private HttpRequest.Builder request(String path) {
        URI base = gateway.base();
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + gateway.key());
    }

    private void reportSteady(List<Invoked> invoked) throws IOException, InterruptedException {
        Latencies answered = new Latencies();
        Latencies running = new Latencies();
        for (Invoked each : invoked) {
            answered.add(each.nanos());
            running.add(ChronoUnit.NANOS.between(each.sent(), startedAt(each.run())));
        }
        System.out.printf(Locale.ROOT,
                "invoke: %d at %d/s, from sending the request%n  202        %s%n  running    %s%n",
                invoked.size(), rate, answered, running);
    }

    private void reportClosed(Latencies answered, long commits, long writes, double cpu) {
        int count = answered.count();
        System.out.printf(Locale.ROOT, "invoke: %d always under way, %.0f/s, 202 after %s%n", outstanding,
                count / (double) seconds, answered);
        System.out.printf(Locale.ROOT, "  commits    %d, %.1f requests and %.1f writes per commit%n", commits,
                (double) count / commits, (double) writes / commits);
        System.out.printf(Locale.ROOT, "  CPU        %.2f s per 1,000 requests, client and their runs included%n",
                cpu * 1000 / count);
    }

    private Instant startedAt(String run) throws IOException, InterruptedException {
        while (true) {
            JsonObject record = new JsonObject(client.send(request("/v1/runs/" + run).build(),
                    HttpResponse.BodyHandlers.ofString()).body());
            if (record.getString("status").equals("succeeded")) {
                return Instant.parse(record.getString("started_at"));
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
