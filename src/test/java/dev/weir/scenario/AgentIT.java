package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.fixture.GatewayProcess;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents in microVMs through the packaged gateway, whose connections to them are all cut every two seconds. */
class AgentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":1}}";

    @TempDir
    private static Path directory;
    private static GatewayProcess gateway;
    private static Vertx vertx;
    private static WebSocketClient client;
    private final List<WebSocket> open = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        Path script = directory.resolve("agent.py");
        try (var source = AgentIT.class.getResourceAsStream("/acp/agent.py")) {
            Files.write(script, source.readAllBytes());
        }
        gateway = new GatewayProcess(directory.resolve("data"),
                "agents.demo.shell-command=python3 -I " + script, "agents.demo.cwd=/tmp",
                "emulator.faults.cut-every=2s").start();
        vertx = Vertx.vertx();
        client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(32 << 20).setMaxMessageSize(32 << 20));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        vertx.close().await();
    }

    @AfterEach
    void hangUp() {
        open.forEach(WebSocket::close);
    }

    private WebSocket connected(String path) {
        URI base = URI.create(gateway.api().base());
        WebSocket socket = client.connect(new WebSocketConnectOptions().setHost(base.getHost()).setPort(base.getPort())
                .setURI(path).addHeader("Authorization", "Bearer " + gateway.api().key())).await();
        open.add(socket);
        return socket;
    }

    /** A conversation over the gateway's WebSocket. */
    private final class Talk {
        final WebSocket socket;
        final List<JsonObject> heard = new CopyOnWriteArrayList<>();

        Talk(String path) {
            socket = connected(path);
            socket.textMessageHandler(text -> heard.add(new JsonObject(text)));
        }

        JsonObject ask(String message) {
            int before = heard.size();
            Object id = new JsonObject(message).getValue("id");
            socket.writeTextMessage(message).await();
            await().atMost(PATIENCE).until(() -> heard.stream().skip(before).anyMatch(each -> isAnswer(each, id)));
            return heard.stream().skip(before).filter(each -> isAnswer(each, id)).findFirst().orElseThrow();
        }

        private static boolean isAnswer(JsonObject each, Object id) {
            return !each.containsKey("method") && id.equals(each.getValue("id"));
        }

        String session() {
            assertThat(ask(INITIALIZE).getJsonObject("result").getInteger("protocolVersion")).isEqualTo(1);
            return ask("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session/new\",\"params\":"
                    + "{\"cwd\":\"/laptop\",\"mcpServers\":[]}}").getJsonObject("result").getString("sessionId");
        }
    }

    private static String prompt(int id, String session, String what, String more) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"session/prompt\",\"params\":{\"sessionId\":\""
                + session
                + "\",\"do\":\"" + what + "\"" + more + "}}";
    }

    @Test
    void case63AConversationThatIsCutAllTheTimeHasEveryMessageOnce() throws Exception {
        Talk talk = new Talk("/acp?agent=demo");
        String session = talk.session();
        int before = talk.heard.size();
        for (int i = 0; i < 4; i++) {
            String large = prompt(10 + i, session, "hash", ",\"pad\":\"" + "\u732b".repeat(100_000 * (i + 1)) + "\"");
            assertThat(talk.ask(large).getJsonObject("result").getString("sha")).isEqualTo(sha(large));
            talk.ask(prompt(20 + i, session, "flood", ",\"n\":250"));
        }
        List<String> texts = talk.heard.stream().skip(before)
                .filter(each -> "session/update".equals(each.getString("method")))
                .map(each -> each.getJsonObject("params").getJsonObject("update").getJsonObject("content")
                        .getString("text"))
                .toList();
        assertThat(texts).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(texts.get(i)).isEqualTo(i % 250 + " ");
        }
    }

    @Test
    void case64TheFirstMessageIsInitializeAndNoOther() {
        WebSocket rude = connected("/acp");
        rude.writeTextMessage("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session/new\"}").await();
        await().atMost(PATIENCE).until(rude::isClosed);
        assertThat(rude.closeStatusCode()).isEqualTo((short) 1002);
        Talk talk = new Talk("/acp");
        talk.socket.writeBinaryMessage(Buffer.buffer("ignored")).await();
        talk.socket.writeTextMessage(INITIALIZE.replace(",", ",\r\n  ")).await();
        await().atMost(PATIENCE).until(() -> talk.heard.size() == 1);
        assertThat(talk.heard.getFirst().containsKey("result")).as("one message on several lines").isTrue();
        assertThat(talk.ask(INITIALIZE).getJsonObject("error").getInteger("code")).isEqualTo(-32600);
        talk.socket.writeTextMessage("[]").await();
        await().atMost(PATIENCE).until(() -> talk.heard.getLast().containsKey("error")
                && talk.heard.getLast().getValue("id") == null);
    }

    @Test
    void aThreadComesBackToItsMicroVmAndAConversationWithoutOneLeavesNothing() {
        Talk first = new Talk("/acp?thread=test:one");
        String place = vm(first);
        first.socket.close().await();
        assertThat(vm(new Talk("/acp?thread=test:one"))).isEqualTo(place);
        assertThat(vm(new Talk("/acp?thread=test:two"))).isNotEqualTo(place);
        Talk passing = new Talk("/acp");
        long agent = pid(passing);
        assertThat(ProcessHandle.of(agent)).isPresent();
        passing.socket.close().await();
        await().atMost(PATIENCE).until(() -> ProcessHandle.of(agent).isEmpty());
    }

    /** The agent's process is the number in its sessions' ids. */
    private static long pid(Talk talk) {
        return Long.parseLong(talk.session().replaceAll("s-|-[0-9]+$", ""));
    }

    /** The directory that the agent was started in, which is its microVM's own. */
    private static String vm(Talk talk) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid(talk)), "cwd")).toString();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static String sha(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A terminal, and what it showed. */
    private final class Screen {
        final WebSocket socket;
        final List<String> shown = new CopyOnWriteArrayList<>();
        final List<ShellFrame> others = new CopyOnWriteArrayList<>();

        Screen(String shell) {
            socket = connected("/v1/agents/demo/shells/" + shell + "/socket");
            socket.binaryMessageHandler(message -> {
                switch (ShellFrames.decode(message)) {
                    case ShellFrame.Stdout(Buffer bytes) -> shown.add(bytes.toString(StandardCharsets.ISO_8859_1));
                    case ShellFrame other -> others.add(other);
                }
            });
        }

        Future<Void> say(ShellFrame frame) {
            return socket.writeBinaryMessage(ShellFrames.encode(frame));
        }

        void type(String text) {
            say(new ShellFrame.Stdin(Buffer.buffer(text))).await();
        }

        void awaitText(String text) {
            await().atMost(PATIENCE).until(() -> String.join("", shown).contains(text));
        }
    }

    @Test
    void aTerminalKeepsItsShellOverCutsAndComingBack() {
        Screen screen = new Screen("one");
        screen.say(new ShellFrame.Resize(123, 45)).await();
        screen.type("stty size; keep=sake\n");
        screen.awaitText("45 123");
        await().atMost(PATIENCE).until(() -> screen.others.stream()
                .anyMatch(each -> each instanceof ShellFrame.Stderr(Buffer text)
                        && text.toString().contains("connected again")));
        screen.say(new ShellFrame.Heartbeat(Buffer.buffer("are you there"))).await();
        await().atMost(PATIENCE).until(() -> screen.others.stream().anyMatch(ShellFrame.Heartbeat.class::isInstance));
        screen.socket.close().await();
        Screen again = new Screen("one");
        again.type("echo for-$keep\n");
        again.awaitText("for-sake");
        Screen thief = new Screen("one");
        await().atMost(PATIENCE).until(again.socket::isClosed);
        assertThat(again.socket.closeStatusCode()).isEqualTo((short) 4000);
        thief.type("exit 7\n");
        await().atMost(PATIENCE).until(thief.socket::isClosed);
        assertThat(thief.socket.closeStatusCode()).isEqualTo((short) 1000);
        assertThat(thief.others.getLast()).isInstanceOf(ShellFrame.Close.class);
        assertThat(thief.others.toString()).contains("code=7");
    }

    /** {@code weir acp} as a client runs it. */
    private static final class Stdio implements AutoCloseable {
        final Process process;
        final List<String> lines = new CopyOnWriteArrayList<>();

        Stdio(String server, String key, String... options) throws IOException {
            List<String> command = new ArrayList<>(
                    List.of(Path.of("target", "weir", "bin", "weir").toAbsolutePath().toString(), "acp"));
            command.addAll(List.of(options));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("acp.err").toFile()));
            builder.environment().put("WEIR_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
            builder.environment().put("WEIR_SERVER", server);
            builder.environment().put("WEIR_KEY", key);
            process = builder.start();
            Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
        }

        Stdio say(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
        }

        JsonObject answer(int id) {
            await().atMost(PATIENCE).until(() -> find(id).isPresent());
            return find(id).orElseThrow();
        }

        private Optional<JsonObject> find(int id) {
            return lines.stream().map(JsonObject::new)
                    .filter(each -> !each.containsKey("method") && Integer.valueOf(id).equals(each.getValue("id")))
                    .findFirst();
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void weirAcpIsTheAgentOnStandardInputAndOutput() throws Exception {
        try (Stdio stdio = new Stdio(gateway.api().base(), gateway.api().key(), "--agent", "demo")) {
            stdio.say("").say("no json").say("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"session/new\"}")
                    .say(INITIALIZE);
            assertThat(stdio.answer(9).getJsonObject("error").getInteger("code")).isEqualTo(-32600);
            assertThat(stdio.answer(1).containsKey("result")).isTrue();
            String session = stdio
                    .say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session/new\",\"params\":{\"cwd\":\"/x\","
                            + "\"mcpServers\":[]}}")
                    .answer(2).getJsonObject("result").getString("sessionId");
            String large = prompt(3, session, "hash", ",\"n\":1.0,\"pad\":\"" + "x".repeat(3_000_000) + "\"");
            stdio.say(large).say(prompt(4, session, "flood", ",\"n\":50"));
            stdio.process.getOutputStream().close();
            assertThat(stdio.exitCode()).as("after all is answered").isZero();
            assertThat(stdio.answer(3).getJsonObject("result").getString("sha")).isEqualTo(sha(large));
            assertThat(stdio.answer(4).getJsonObject("result").getString("stopReason")).isEqualTo("end_turn");
            assertThat(stdio.lines).hasSize(6 + 50).first().asString().contains("-32700");
        }
    }

    @Test
    void weirAcpSaysWhyItCannot() throws Exception {
        String base = gateway.api().base();
        try (Stdio wrongKey = new Stdio(base, "wk_wrong", "--agent", "demo");
                Stdio wrongAgent = new Stdio(base, gateway.api().key(), "--agent", "nobody");
                Stdio nobody = new Stdio("http://127.0.0.1:1", "wk_x");
                Stdio wrongOption = new Stdio(base, "wk_x", "--thread", "x")) {
            assertThat(wrongKey.say(INITIALIZE).answer(1).getJsonObject("error").getInteger("code")).isEqualTo(-32603);
            assertThat(wrongKey.exitCode()).isEqualTo(3);
            assertThat(wrongAgent.exitCode()).isEqualTo(4);
            assertThat(nobody.exitCode()).isEqualTo(8);
            assertThat(wrongOption.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void aSignalEndsWeirAcpAndCancelsWhatItAsked() throws Exception {
        try (Stdio stdio = new Stdio(gateway.api().base(), gateway.api().key())) {
            stdio.say(INITIALIZE).answer(1);
            String session = stdio.say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"session/new\",\"params\":{}}")
                    .answer(2)
                    .getJsonObject("result").getString("sessionId");
            stdio.say(prompt(3, session, "stall", ""));
            await().atMost(PATIENCE).until(() -> stdio.lines.stream().anyMatch(line -> line.contains("stalling")));
            stdio.process.toHandle().destroy(); // Process.destroy would close its output, too
            assertThat(stdio.exitCode()).isEqualTo(130);
            assertThat(stdio.answer(3).getJsonObject("error").getJsonObject("data").getString("reason"))
                    .isEqualTo("connection_lost");
            long agent = Long.parseLong(session.replaceAll("s-|-[0-9]+$", ""));
            await().atMost(PATIENCE).until(() -> ProcessHandle.of(agent).isEmpty());
        }
    }
}
