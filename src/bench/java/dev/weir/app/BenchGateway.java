package dev.weir.app;

import dev.weir.config.ConfigLoader.Flag;
import dev.weir.config.ConfigLoader;
import dev.weir.config.WeirConfig;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.run.log.RunLog;
import dev.weir.kernel.Role;
import dev.weir.kernel.StageRef;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The real gateway in this process, with the embedded store, queue and quota in a directory that goes with it; only microVMs are stand-ins
 * (there is no starting of hundreds of them on one machine). It has {@link SampleSkill}.
 */
final class BenchGateway implements AutoCloseable {
    static final TenantId TENANT = new TenantId("local");
    static final StageRef STAGE = new StageRef(TENANT, SampleSkill.NAME, SampleSkill.STAGE);

    private final Path data = Files.createTempDirectory("weir-bench");
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Vertx vertx = Serve.vertx(registry);
    private final Gateway gateway;
    private final URI base;
    private final String key;

    /**
     * Starts it. Blocks.
     *
     * @param settings {@code key=value} of the configuration
     * @param log what the store's log is wrapped in
     */
    BenchGateway(AgentRuntime microVms, List<String> settings, UnaryOperator<RunLog> log)
            throws IOException, InterruptedException {
        WeirConfig config = config(data, settings);
        EmbeddedMode.Opened opened = new EmbeddedMode(vertx, config, InstantSource.system())
                .open(() -> "http://127.0.0.1");
        opened.meters().bindTo(registry);
        Platform platform = with(opened.platform(), microVms, log);
        gateway = new Gateway(vertx, config, platform, new Health(), registry);
        base = URI.create("http://127.0.0.1:" + gateway.start());
        gateway.work();
        new SampleSkill(platform.catalog(), platform.packages().store()).deploy(TENANT, Instant.now());
        key = gateway.features().apiKeys().issue(TENANT, "owner", Role.OWNER).await().secret().reveal();
    }

    private static WeirConfig config(Path data, List<String> settings) {
        List<Flag> flags = new ArrayList<>();
        for (String setting : Stream.concat(
                Stream.of("data=" + data, "server.port=0", "admin.port=0", "server.drain=0s"), settings.stream())
                .toList()) {
            int equals = setting.indexOf('=');
            flags.add(new Flag(setting, setting.substring(0, equals), setting.substring(equals + 1)));
        }
        return ConfigLoader.load(Optional.empty(), Map.of(), flags).config();
    }

    private static Platform with(Platform real, AgentRuntime microVms, UnaryOperator<RunLog> log) {
        return new Platform(real.runs(), real.queue(), log.apply(real.log()), real.catalog(), real.credentials(),
                real.packages(), real.automation(),
                new Platform.AgentCore(microVms, real.agentcore().shells(), real.agentcore().interpreters(),
                        real.agentcore().sandboxes(), real.agentcore().dispatches()),
                real.localPackages(), real.close());
    }

    Vertx vertx() {
        return vertx;
    }

    Gateway gateway() {
        return gateway;
    }

    URI base() {
        return base;
    }

    /** Invokes the sample skill over HTTP and returns the run's id. Blocks. */
    String invoke() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest
                .newBuilder(base.resolve("/v1/skills/" + SampleSkill.NAME + "/stages/" + SampleSkill.STAGE + "/runs"))
                .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 202) {
                throw new IllegalStateException("answered " + answer.statusCode());
            }
            return new JsonObject(answer.body()).getString("run_id");
        }
    }

    /** Of an owner. */
    String key() {
        return key;
    }

    /** A counter of {@link StoreMeters}. */
    long count(String meter) {
        return Math.round(registry.get(meter).functionCounter().count());
    }

    @Override
    public void close() throws IOException {
        gateway.stop();
        vertx.close().await();
        delete(data);
    }

    /** With all that is in it. */
    static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
