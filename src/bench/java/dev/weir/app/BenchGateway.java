package dev.weir.app;

import dev.weir.config.ConfigLoader;
import dev.weir.config.ConfigLoader.Flag;
import dev.weir.config.WeirConfig;
import dev.weir.feature.agent.AgentRuntime;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The real gateway in embedded mode on a directory of its own, with stand-ins for its microVMs and a run of the sample skill when asked. */
final class BenchGateway implements AutoCloseable {
    private static final TenantId TENANT = new TenantId("local");

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path data;
    private final Vertx vertx;
    private final Gateway gateway;
    private final String api;
    private final String key;

    private BenchGateway(Path data, Vertx vertx, Gateway gateway, String api, String key) {
        this.data = data;
        this.vertx = vertx;
        this.gateway = gateway;
        this.api = api;
        this.key = key;
    }

    /**
     * Starts one. Blocks.
     *
     * @param settings {@code key=value} of the configuration
     */
    static BenchGateway start(AgentRuntime microVms, List<String> settings) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("weir-bench");
        WeirConfig config = config(data, settings);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Vertx vertx = Serve.vertx(registry);
        Platform platform = with(microVms,
                new EmbeddedMode(vertx, config, InstantSource.system()).open(() -> "http://127.0.0.1").platform());
        Gateway gateway = new Gateway(vertx, config, platform, new Health(), registry);
        String api = "http://127.0.0.1:" + gateway.start();
        gateway.work();
        new SampleSkill(platform.catalog(), platform.packages().store()).deploy(TENANT, Instant.now());
        String key = gateway.features().apiKeys().issue(TENANT, "owner", Role.OWNER).await().secret().reveal();
        return new BenchGateway(data, vertx, gateway, api, key);
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

    private static Platform with(AgentRuntime microVms, Platform real) {
        Platform.AgentCore agentcore = real.agentcore();
        return new Platform(real.runs(), real.queue(), real.log(), real.catalog(), real.credentials(), real.packages(),
                real.automation(), new Platform.AgentCore(microVms, agentcore.shells(), agentcore.interpreters(),
                        agentcore.sandboxes(), agentcore.dispatches()),
                real.localPackages(), real.close());
    }

    Vertx vertx() {
        return vertx;
    }

    Gateway gateway() {
        return gateway;
    }

    String api() {
        return api;
    }

    String key() {
        return key;
    }

    /** Invokes the sample skill and returns the run's id. Blocks. */
    String invoke() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/v1/skills/hello-stream/stages/prod/runs"))
                .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IllegalStateException("answered " + answer.statusCode());
        }
        return new JsonObject(answer.body()).getString("run_id");
    }

    @Override
    public void close() throws IOException {
        client.close();
        gateway.stop();
        vertx.close().await();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
