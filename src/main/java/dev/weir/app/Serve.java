package dev.weir.app;

import dev.weir.config.WeirConfig;
import dev.weir.feature.access.ApiKeys;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import dev.weir.observe.Health;
import dev.weir.observe.ProcessMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weir serve}: a gateway from start to stop. */
public final class Serve {
    private static final Logger LOG = LoggerFactory.getLogger(Serve.class);
    private static final TenantId LOCAL = new TenantId("local");

    private final WeirConfig config;
    private final Path dir;
    private final Health health = new Health();
    private final AtomicReference<String> baseUrl = new AtomicReference<>();

    private Serve(WeirConfig config) {
        this.config = config;
        this.dir = Path.of(config.data()).toAbsolutePath().normalize();
    }

    /** Runs until the process is told to end; the exit code. A signal drains and ends the process with 0. */
    public static int run(WeirConfig config) {
        return new Serve(config).run();
    }

    private int run() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ProcessMeters.bind(registry);
        Vertx vertx = vertx(registry);
        Gateway gateway = null;
        try {
            EmbeddedMode.Opened opened = new EmbeddedMode(vertx, config, InstantSource.system()).open(baseUrl::get);
            Welcome.withdrawAddresses(dir); // only now: until the directory is ours, they may be a running gateway's
            opened.meters().bindTo(registry);
            gateway = new Gateway(vertx, config, opened.platform(), health, registry);
            int port = gateway.start();
            baseUrl.set(baseUrl(port));
            gateway.work();
            new SampleSkill(opened.platform().catalog(), opened.platform().packages().store()).deploy(LOCAL,
                    InstantSource.system().instant());
            OwnerKey key = ownerKey(gateway.features().apiKeys());
            Welcome welcome = new Welcome(dir, baseUrl.get(),
                    "http://" + reachable(config.admin().host()) + ":" + gateway.adminPort(),
                    opened.emulator().endpoint());
            welcome.writeAddresses();
            welcome.print(key.fresh());
            return untilStopped(gateway, vertx);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (Throwable failure) { // half a gateway, which takes work and does none, is worse than none
            LOG.error("weir cannot start: {}", failure.getMessage(), failure);
            if (gateway != null) {
                gateway.stop();
            }
            vertx.close().await();
            return 1;
        }
    }

    /** The hook waits for the drain, and then sets the exit code: a gateway that was told to stop and did has not failed. */
    private static int untilStopped(Gateway gateway, Vertx vertx) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            LOG.info("stopping");
            gateway.stop();
            vertx.close().await();
            LOG.info("stopped");
            Runtime.getRuntime().halt(0);
        }, "weir-stop"));
        never.await();
        return 0;
    }

    static Vertx vertx(PrometheusMeterRegistry registry) {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true)
                        .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)
                                .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))))
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
        if (!vertx.isNativeTransportEnabled()) {
            LOG.info("no native transport here; using NIO");
        }
        return vertx;
    }

    private String baseUrl(int port) {
        String configured = config.server().publicUrl();
        return configured.isEmpty() ? "http://" + reachable(config.server().host()) + ":" + port : configured;
    }

    private static String reachable(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    }

    private record OwnerKey(boolean fresh) {}

    /** The key of the tenant's owner is made once and kept only in this file. */
    private OwnerKey ownerKey(ApiKeys keys) throws IOException {
        Path file = dir.resolve("owner.key");
        if (Files.exists(file)) {
            return new OwnerKey(false);
        }
        PrivateText.write(file, keys.issue(LOCAL, "owner", Role.OWNER).await().secret().reveal());
        return new OwnerKey(true);
    }
}
