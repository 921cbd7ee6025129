package dev.weir.app;

import dev.weir.config.AdminConfig;
import dev.weir.config.RunsConfig;
import dev.weir.config.ServerConfig;
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
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
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
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Gateway gateway;
    private final URI base;
    private final String key;

    /** @param log what the store's log is wrapped in */
    BenchGateway(AgentRuntime microVms, RunsConfig runs, UnaryOperator<RunLog> log)
            throws IOException, InterruptedException {
        WeirConfig config = config(data, runs);
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

    private static WeirConfig config(Path data, RunsConfig runs) {
        WeirConfig base = WeirConfig.DEFAULT;
        ServerConfig server = ServerConfig.DEFAULT;
        return new WeirConfig(data.toString(),
                new ServerConfig(server.host(), 0, "", server.idle(), server.headerTimeout(), server.maxHeaderBytes(),
                        server.maxConnections(), server.maxConnectionsPerAddress(), server.limits(), Duration.ZERO),
                new AdminConfig(base.admin().host(), 0), base.streams(), runs, base.skills(), base.agentcore(),
                base.agents(), base.emulator(), base.log());
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
