package dev.weir.bridge.acp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A client, and its bridge to the scripted agent on a real terminal. */
final class AcpRig {
    static final AcpOptions.Times TIMES = new AcpOptions.Times(Duration.ofSeconds(15), Duration.ofSeconds(15),
            Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(20), Duration.ofSeconds(5),
            Duration.ofSeconds(3));
    final Vertx vertx;
    final CopyOnWriteArrayList<String> received = new CopyOnWriteArrayList<>();
    final AtomicInteger pauses = new AtomicInteger();
    final CuttingProxy proxy;
    final ShellAddress address;
    AgentShells shells;
    volatile boolean clientIsGone;
    volatile Future<Void> clientReads = Future.succeededFuture();
    BridgeSummary meter = new BridgeSummary();
    AgentBridge bridge;
    Future<Void> done;
    private String agentScript = "";
    private final AtomicInteger ids = new AtomicInteger();

    AcpRig(AcpService service, ShellAddress address) {
        this.vertx = service.vertx;
        this.proxy = service.proxy;
        this.shells = service.shells;
        this.address = address;
    }

    AcpRig(AcpService service) {
        this(service, ShellAddress.random());
    }

    static AcpOptions options(String command) {
        return new AcpOptions(command, false, "", true, false, AcpOptions.MAX_LINE, TIMES, AcpOptions.Permissions.ASK);
    }

    static AcpOptions options(String command, AcpOptions.Times times, AcpOptions.Permissions permissions) {
        return new AcpOptions(command, false, "", true, false, AcpOptions.MAX_LINE, times, permissions);
    }

    /** The scripted agent's command line, with environment settings before it. */
    String agent(Path dir, String... environment) throws IOException, InterruptedException {
        Process python = new ProcessBuilder("python3", "-c", "import sys;print(sys.executable)").start();
        String executable = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(python.waitFor() == 0, "python3 is not installed");
        Path script = Files.createTempDirectory(dir, "agent").resolve("agent.py");
        try (var source = AcpRig.class.getResourceAsStream("/acp/agent.py")) {
            Files.write(script, source.readAllBytes());
        }
        agentScript = script.toString();
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

    /** A file that the agent makes when it has said what it was told to. */
    Path mark() {
        return Path.of(agentScript + ".mark");
    }

    /** Nothing is left of this rig's agent. */
    void awaitNoProcess() {
        await().until(() -> ProcessHandle.current().descendants()
                .noneMatch(process -> process.info().commandLine().orElse("").contains(agentScript)));
    }

    /** Waits for a message in which all of {@code words} are. */
    void awaitMessage(String... words) {
        await().until(() -> received.stream().anyMatch(line -> Stream.of(words).allMatch(line::contains)));
    }

    void cancel(String session) {
        say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
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

    /** Ends the bridge, without waiting for what that takes. */
    void close() {
        proxy.refusing = false;
        if (bridge != null) {
            bridge.interrupt();
        }
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
