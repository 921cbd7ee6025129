package dev.weir.bridge.acp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.EmulatorSetup;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.platform.agentcore.AgentCoreShells;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.agentcore.ShellAuth;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** A client, the bridge, and the scripted agent on a real terminal of the emulator, with a proxy that can cut the connection. */
final class AcpRig {
    static final AcpOptions.Times TIMES = new AcpOptions.Times(Duration.ofSeconds(15), Duration.ofSeconds(15),
            Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(20), Duration.ofSeconds(5),
            Duration.ofSeconds(3));
    private static final ShellRetry RETRY = new ShellRetry(3, List.of(Duration.ofMillis(20)), Duration.ofMillis(40),
            Duration.ofSeconds(20), RandomGenerator.of("L64X128MixRandom"));

    final Vertx vertx = Vertx.vertx();
    final CopyOnWriteArrayList<String> received = new CopyOnWriteArrayList<>();
    final AtomicInteger pauses = new AtomicInteger();
    final CuttingProxy proxy;
    final Path dir;
    final ShellAddress address;
    final AgentCoreShells shells;
    volatile boolean clientIsGone;
    volatile Future<Void> clientReads = Future.succeededFuture();
    BridgeSummary meter = new BridgeSummary();
    AgentBridge bridge;
    Future<Void> done;
    private final Emulator emulator;
    private final AtomicInteger ids = new AtomicInteger();

    AcpRig(Path dir, EmulatorConfig.Shells shellsConfig, ShellAddress address) throws Exception {
        this.dir = dir;
        this.address = address;
        Credentials credentials = Credentials.generate();
        EmulatorConfig d = EmulatorConfig.DEFAULT;
        EmulatorConfig config = new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(), d.linger(),
                d.limits(), d.faults(), shellsConfig, Map.of());
        emulator = new Emulator(vertx, new EmulatorSetup(config, dir.resolve("data"), credentials, Map.of(), Tuning.AWS,
                InstantSource.system()));
        proxy = new CuttingProxy(vertx, get(emulator.start()));
        AgentCoreConfig agentcore = new AgentCoreConfig("http://127.0.0.1:" + get(proxy.start()), "us-east-1",
                "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell", "DEFAULT", Duration.ofSeconds(20),
                Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofMinutes(50));
        shells = new AgentCoreShells(vertx, agentcore,
                CredentialsCache.fixed(credentials.accessKeyId(), credentials.secretAccessKey()),
                new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT), new ShellAuth.Signed(), RETRY);
    }

    AcpRig(Path dir) throws Exception {
        this(dir, EmulatorConfig.Shells.DEFAULT, ShellAddress.random());
    }

    static AcpOptions options(String command) {
        return new AcpOptions(command, false, "", true, false, AcpOptions.MAX_LINE, TIMES, AcpOptions.Permissions.ASK);
    }

    /** The scripted agent's command line, with environment settings before it. */
    static String agent(Path dir, String... environment) throws IOException, InterruptedException {
        Process python = new ProcessBuilder("python3", "-c", "import sys;print(sys.executable)").start();
        String executable = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(python.waitFor() == 0, "python3 is not installed");
        Path script = dir.resolve("agent.py");
        try (var source = AcpRig.class.getResourceAsStream("/acp/agent.py")) {
            Files.write(script, source.readAllBytes());
        }
        return "env " + String.join(" ", environment) + " " + executable + " -I " + script;
    }

    AcpRig start(AcpOptions options) {
        bridge = new AgentBridge(((VertxInternal) vertx).createEventLoopContext(), shells, options,
                RandomGenerator.of("L64X128MixRandom"), new Recorder(), meter);
        done = bridge.start(address);
        return this;
    }

    void say(String line) {
        bridge.received(line.getBytes(StandardCharsets.UTF_8), true);
    }

    /** Sends a request and returns its id. */
    int ask(String method, JsonObject params) {
        int id = ids.incrementAndGet();
        say(new JsonObject().put("jsonrpc", "2.0").put("id", id).put("method", method).put("params", params).encode());
        return id;
    }

    /** Initialize and a session, whose id is returned. */
    String session() {
        assertOk(ask("initialize", new JsonObject().put("protocolVersion", 1)));
        return result(ask("session/new", new JsonObject().put("cwd", "/laptop").put("mcpServers", List.of())))
                .getString("sessionId");
    }

    int prompt(String session, String what, Object... more) {
        JsonObject params = new JsonObject().put("sessionId", session).put("do", what);
        for (int i = 0; i < more.length; i += 2) {
            params.put((String) more[i], more[i + 1]);
        }
        return ask("session/prompt", params);
    }

    JsonObject answer(int id) {
        String start = "\"id\":" + id + ",";
        await().atMost(Duration.ofSeconds(40)).until(() -> received.stream().anyMatch(line -> isAnswer(line, start)));
        return new JsonObject(received.stream().filter(line -> isAnswer(line, start)).findFirst().orElseThrow());
    }

    JsonObject result(int id) {
        JsonObject answer = answer(id);
        if (answer.getJsonObject("result") == null) {
            throw new AssertionError(answer.encode());
        }
        return answer.getJsonObject("result");
    }

    JsonObject error(int id) {
        JsonObject answer = answer(id);
        if (answer.getJsonObject("error") == null) {
            throw new AssertionError(answer.encode());
        }
        return answer.getJsonObject("error");
    }

    void assertOk(int id) {
        result(id);
    }

    boolean isAnswered(int id) {
        return received.stream().anyMatch(line -> isAnswer(line, "\"id\":" + id + ","));
    }

    /** The texts of the updates, in order. */
    List<String> updates() {
        return received.stream().filter(line -> line.contains("session/update"))
                .map(line -> new JsonObject(line).getJsonObject("params").getJsonObject("update")
                        .getJsonObject("content").getString("text"))
                .toList();
    }

    void awaitUpdate(String text) {
        await().until(() -> updates().contains(text));
    }

    private static boolean isAnswer(String line, String id) {
        return line.contains(id) && !line.contains("\"method\":");
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    void close() throws Exception {
        get(emulator.stop());
        get(vertx.close());
    }

    private final class Recorder implements Client {
        @Override
        public Future<Void> send(byte[] message) {
            if (clientIsGone) {
                return Future.failedFuture(new IOException("gone"));
            }
            received.add(new String(message, StandardCharsets.UTF_8));
            return clientReads;
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }

        @Override
        public void resume() {
            pauses.decrementAndGet();
        }
    }
}
