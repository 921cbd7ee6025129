package dev.weir.app;

import dev.weir.config.AdminConfig;
import dev.weir.config.ServerConfig;
import dev.weir.config.WeirConfig;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import dev.weir.observe.Health;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints how long an invocation takes over HTTP, to its 202 and to the moment its run is taken up, at a steady rate. The gateway is the real
 * one, embedded store, queue and quota included; only microVMs are stand-ins that take no time (there is no starting of hundreds of them on
 * one machine). After {@code mvn package}: {@code java -cp 'target/test-classes:target/weir/lib/*' dev.weir.app.InvokeBench [runs/s [seconds]]}.
 */
public final class InvokeBench {
    private static final TenantId TENANT = new TenantId("local");
    private static final int WARM_UP_SECONDS = 10;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final String key;

    private record Invoked(Instant sent, long answeredMicros, String run) {}

    private InvokeBench(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        Path data = Files.createTempDirectory("invoke-bench");
        Vertx vertx = Vertx.vertx();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        WeirConfig config = config(data);
        Platform platform = instant(new EmbeddedMode(vertx, config, InstantSource.system())
                .open(() -> "http://127.0.0.1").platform());
        Gateway gateway = new Gateway(vertx, config, platform, new Health(), registry);
        try {
            URI base = URI.create("http://127.0.0.1:" + gateway.start());
            gateway.work();
            new SampleSkill(platform.catalog(), platform.packages().store()).deploy(TENANT, Instant.now());
            String key = gateway.features().apiKeys().issue(TENANT, "owner", Role.OWNER).await().secret().reveal();
            InvokeBench bench = new InvokeBench(base, key);
            bench.invoke(rate, WARM_UP_SECONDS);
            bench.report(rate, bench.invoke(rate, seconds));
        } finally {
            gateway.stop();
            vertx.close().await();
        }
        System.exit(0);
    }

    private static WeirConfig config(Path data) {
        WeirConfig base = WeirConfig.DEFAULT;
        ServerConfig server = ServerConfig.DEFAULT;
        return new WeirConfig(data.toString(),
                new ServerConfig(server.host(), 0, "", server.idle(), server.headerTimeout(), server.maxHeaderBytes(),
                        server.maxConnections(), server.maxConnectionsPerAddress(), server.limits(), Duration.ZERO),
                new AdminConfig(base.admin().host(), 0), base.streams(), base.runs(), base.skills(), base.agentcore(),
                base.agents(), base.emulator(), base.log());
    }

    private static Platform instant(Platform real) {
        return new Platform(real.runs(), real.queue(), real.log(), real.catalog(), real.credentials(), real.packages(),
                real.automation(), new Platform.AgentCore(new AtOnce(), real.agentcore().shells(),
                        real.agentcore().interpreters(), real.agentcore().sandboxes(),
                        real.agentcore().dispatches()),
                real.localPackages(), real.close());
    }

    /** One every so often, whatever became of the one before. */
    private List<Invoked> invoke(int rate, int seconds) {
        List<CompletableFuture<Invoked>> underWay = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < rate * seconds; i++) {
            LockSupport.parkNanos(begin + i * 1_000_000_000L / rate - System.nanoTime());
            underWay.add(invoke());
        }
        return underWay.stream().map(CompletableFuture::join).toList();
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
            return new Invoked(sent, (System.nanoTime() - begin) / 1000,
                    new JsonObject(answer.body()).getString("run_id"));
        });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + key);
    }

    private void report(int rate, List<Invoked> invoked) throws IOException, InterruptedException {
        long[] answered = invoked.stream().mapToLong(Invoked::answeredMicros).sorted().toArray();
        long[] running = new long[invoked.size()];
        for (int i = 0; i < running.length; i++) {
            running[i] = ChronoUnit.MICROS.between(invoked.get(i).sent(), startedAt(invoked.get(i).run()));
        }
        Arrays.sort(running);
        System.out.printf(Locale.ROOT, "%d runs at %d/s, milliseconds from sending the request%n", running.length,
                rate);
        System.out.println("            p50     p90     p99     max");
        System.out.println("202      " + line(answered));
        System.out.println("running  " + line(running));
        System.out.printf(Locale.ROOT, "running / 202 at p50: %.2f%n",
                (double) at(running, 0.5) / at(answered, 0.5));
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

    private static String line(long[] sorted) {
        return String.format(Locale.ROOT, "%7.2f %7.2f %7.2f %7.2f", at(sorted, 0.5) / 1000.0, at(sorted, 0.9) / 1000.0,
                at(sorted, 0.99) / 1000.0, sorted[sorted.length - 1] / 1000.0);
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
