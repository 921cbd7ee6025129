package dev.weir.app;

import dev.weir.config.AgentConfig;
import dev.weir.config.AgentCoreConfig;
import dev.weir.config.RuntimeArn;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.platform.agentcore.AgentCoreShells;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.agentcore.ShellAuth;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Where agents live in embedded mode: in the emulator, unless their runtime is one of an AWS account; then they are reached with this
 * process's own AWS credentials.
 */
final class LocalAgents implements Function<AgentConfig, AgentShells> {
    private final Vertx vertx;
    private final AgentCoreConfig settings;
    private final EmulatorState emulator;
    private final VertxSdkHttpClient http;
    private final List<AgentCoreShells> opened = new CopyOnWriteArrayList<>();

    LocalAgents(Vertx vertx, AgentCoreConfig settings, EmulatorState emulator, VertxSdkHttpClient http) {
        this.vertx = vertx;
        this.settings = settings;
        this.emulator = emulator;
        this.http = http;
    }

    @Override
    public AgentShells apply(AgentConfig agent) {
        boolean local = agent.runtimeArn().isEmpty() || agent.runtimeArn().contains(":" + Emulator.ACCOUNT + ":");
        CredentialsCache credentials = local
                ? CredentialsCache.fixed(emulator.credentials().accessKeyId(), emulator.credentials().secretAccessKey())
                : CredentialsCache.ofEnvironment();
        AgentCoreShells shells = new AgentCoreShells(vertx, local ? inEmulator(agent) : onAws(agent), credentials, http,
                new ShellAuth.Signed(), ShellRetry.aws(() -> ThreadLocalRandom.current().nextLong()));
        opened.add(shells);
        return shells;
    }

    /** Closes all connections; the shells go on. Blocks. */
    void close() {
        Future.join(opened.stream().map(AgentCoreShells::stop).toList()).await();
    }

    private AgentCoreConfig inEmulator(AgentConfig agent) {
        String arn = agent.runtimeArn().isEmpty()
                ? "arn:aws:bedrock-agentcore:" + emulator.region() + ":" + Emulator.ACCOUNT + ":runtime/shell"
                : agent.runtimeArn();
        return with(emulator.endpoint(), emulator.region(), arn, agent);
    }

    private AgentCoreConfig onAws(AgentConfig agent) {
        String region = RuntimeArn.parse(agent.runtimeArn()).orElseThrow().region();
        return with(settings.endpoint(), region, agent.runtimeArn(), agent);
    }

    private AgentCoreConfig with(String endpoint, String region, String arn, AgentConfig agent) {
        return new AgentCoreConfig(endpoint, region, arn, agent.qualifier(), settings.connectTimeout(),
                settings.ping(), settings.deadAfter(), settings.maxConnectionAge(),
                settings.interpreter());
    }
}
