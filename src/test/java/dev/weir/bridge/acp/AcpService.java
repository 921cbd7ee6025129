package dev.weir.bridge.acp;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.InterpreterConfig;
import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.EmulatorSetup;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.platform.agentcore.AgentCoreShells;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.agentcore.ShellAuth;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The emulator, a proxy before it that can cut connections, and the way to its shells; for all tests of a class. */
final class AcpService {
    private static final RandomGenerator RANDOM = RandomGenerator.of("L64X128MixRandom");

    final Vertx vertx = Vertx.vertx();
    final CuttingProxy proxy;
    final AgentCoreShells shells;
    private final AgentCoreConfig agentcore;
    private final Credentials credentials = Credentials.generate();
    private final Emulator emulator;

    AcpService(Path dir, EmulatorConfig.Shells shellsConfig) throws Exception {
        EmulatorConfig d = EmulatorConfig.DEFAULT;
        EmulatorConfig config = new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(), d.linger(),
                d.limits(), d.faults(), shellsConfig, d.interpreters(), Map.of());
        emulator = new Emulator(vertx, new EmulatorSetup(config, dir.resolve("data"), credentials, Map.of(), Tuning.AWS,
                InstantSource.system()));
        proxy = new CuttingProxy(vertx, AcpRig.get(emulator.start()));
        agentcore = new AgentCoreConfig("http://127.0.0.1:" + AcpRig.get(proxy.start()), "us-east-1",
                "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell", "DEFAULT", Duration.ofSeconds(20),
                Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofMinutes(50), InterpreterConfig.DEFAULT);
        shells = shells(Duration.ofSeconds(20));
    }

    AcpService(Path dir) throws Exception {
        this(dir, EmulatorConfig.Shells.DEFAULT);
    }

    /** @param window after which a lost shell is given up */
    AgentCoreShells shells(Duration window) {
        return new AgentCoreShells(vertx, agentcore,
                CredentialsCache.fixed(credentials.accessKeyId(), credentials.secretAccessKey()),
                new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT), new ShellAuth.Signed(),
                new ShellRetry(3, List.of(Duration.ofMillis(20)), Duration.ofMillis(40), window, RANDOM));
    }

    void close() throws Exception {
        AcpRig.get(emulator.stop());
        AcpRig.get(vertx.close());
    }
}
