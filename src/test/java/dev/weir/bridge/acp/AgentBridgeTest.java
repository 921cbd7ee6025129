package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An undisturbed connection: the cases of the test list by their numbers. */
class AgentBridgeTest {
    @TempDir
    static Path dir;
    private static AcpService service;
    private AcpRig rig;

    @BeforeAll
    static void open() throws Exception {
        service = new AcpService(dir);
    }

    @AfterAll
    static void shut() throws Exception {
        service.close();
    }

    @BeforeEach
    void begin() {
        rig = new AcpRig(service);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String start(String... environment) throws Exception {
        rig.start(AcpRig.options(rig.agent(dir, environment)));
        return rig.session();
    }

    @Test
    void case01And02And07WhatTheShellSaysIsNotForTheClientAndItsWordsWait() throws Exception {
        String session = start();
        assertThat(rig.received).hasSize(2);
        assertThat(rig.received.getFirst())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":1,");
        assertThat(rig.result(rig.prompt(session, "env")).getBoolean("tty")).isFalse();
    }

    @Test
    void case06AnAgentThatIsNotThereOrEndsAtOnceIsToldWithCodeAndWords() {
        rig.start(AcpRig.options("no-such-agent --acp"));
        int id = rig.ask("initialize", new JsonObject());
        assertThat(rig.error(id).getInteger("code")).isEqualTo(-32603);
        assertThat(rig.error(id).getString("message")).contains("127", "no-such-agent");
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class);
    }

    @Test
    void case09And10LinesOfAllSizesArriveWhole() throws Exception {
        String session = start();
        for (int size : new int[]{4095, 4096, 4097, 65_535, 65_536, 65_537, 1 << 20}) {
            String head = "{\"jsonrpc\":\"2.0\",\"id\":" + (size * 10) + ",\"method\":\"session/prompt\",\"params\":"
                    + "{\"sessionId\":\"" + session + "\",\"pad\":\"";
            String line = head + "\u007f" + "x".repeat(size - head.length() - 4) + "\"}}";
            rig.say(line);
            JsonObject result = rig.result(size * 10);
            assertThat(result.getInteger("bytes")).isEqualTo(size);
            assertThat(result.getString("sha")).isEqualTo(sha(line));
        }
        int big = rig.prompt(session, "big", "n", 5_000_000);
        assertThat(rig.result(big).getString("text")).hasSize(5_000_000);
    }

    @Test
    void case11And12OverTheLimitOneLineIsLostAndNothingElse() throws Exception {
        AcpOptions small = new AcpOptions(rig.agent(dir), false, "", true, false, 100_000, AcpRig.TIMES,
                AcpOptions.Permissions.ASK);
        rig.start(small);
        String session = rig.session();
        int big = rig.prompt(session, "big", "n", 200_000);
        assertThat(rig.error(big).getJsonObject("data").getString("reason")).isEqualTo("oversize");
        rig.bridge.received(
                "{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"x\",\"params\":\"".getBytes(StandardCharsets.UTF_8),
                false);
        assertThat(rig.error(77).getInteger("code")).isEqualTo(-32600);
        rig.assertOk(rig.prompt(session, "hash"));
    }

    @Test
    void case13And14And16BytesAreNeverChanged() throws Exception {
        String session = start();
        String odd = "\u00e9\u4e16\ud83d\ude00\u2028\u0085\u007f";
        assertThat(rig.result(rig.prompt(session, "parts", "text", odd.repeat(20))).getString("text"))
                .isEqualTo(odd.repeat(20));
        String spelled = "{ \"result\" : {\"b\":1.0,\"a\":12345678901234567890,\"a\":1e5,\"s\":\"\\u0000\\ud800\\u00e9\"} ,"
                + "\"extra\":[ ],\"id\":900, \"jsonrpc\":\"2.0\"}";
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":900,\"method\":\"session/prompt\",\"params\":{\"sessionId\":\"" + session
                + "\",\"do\":\"verbatim\"," + new JsonObject().put("text", spelled).encode().substring(1) + "}");
        await().until(() -> rig.received.contains(spelled));
        String sent = "{\"params\" : {\"sessionId\":\"" + session + "\", \"x\":1.0, \"x\":12345678901234567890,"
                + "\"s\":\"\\u0000\\ud800 \u007f\"},\"id\":901,\"jsonrpc\":\"2.0\",\"method\":\"session/prompt\"}";
        rig.say(sent);
        assertThat(rig.result(901).getString("sha")).isEqualTo(sha(sent));
    }

    @Test
    void case15And17LineEndsBlanksAndAMarkAreNotPartOfMessages() throws Exception {
        rig.start(AcpRig.options(rig.agent(dir)));
        rig.say("\ufeff{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}\r");
        rig.say("");
        rig.say("\r");
        rig.say("  ");
        rig.assertOk(1);
        rig.assertOk(rig.ask("session/new", new JsonObject()));
        assertThat(rig.received).hasSize(2);
    }

    @Test
    void case18To20And22And24WhatIsNoMessageIsAnsweredHere() throws Exception {
        String session = start();
        for (String line : List.of("no json", "[]", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]", "42", "\"x\"",
                "{\"jsonrpc\":\"2.0\",\"id\":11}", "{\"jsonrpc\":\"1.0\",\"id\":12,\"method\":\"m\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"?\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"nobody\",\"result\":{}}")) {
            rig.say(line);
        }
        assertThat(rig.error(11).getInteger("code")).isEqualTo(-32600);
        assertThat(rig.error(12).getInteger("code")).isEqualTo(-32600);
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":24,\"method\":\"_x/y\"}");
        assertThat(rig.error(24).getInteger("code")).isEqualTo(-32601);
        assertThat(rig.result(rig.prompt(session, "runs", "of", "x")).getInteger("bad")).isZero();
        List<String> own = rig.received.stream().filter(line -> line.contains("\"id\":null")).toList();
        assertThat(own).hasSize(5);
        assertThat(own.getFirst()).contains("-32700");
        assertThat(own.subList(1, 5)).allMatch(line -> line.contains("-32600"));
        assertThat(rig.received).hasSize(2 + 5 + 2 + 1 + 1);
    }

    @Test
    void case21To23NoiseOfTheAgentStaysThere() throws Exception {
        String session = start();
        rig.assertOk(rig.prompt(session, "flood", "n", 1));
        rig.assertOk(rig.prompt(session, "noise"));
        rig.assertOk(rig.prompt(session, "flood", "n", 1));
        assertThat(rig.received).hasSize(2 + 2 + 1 + 2).allMatch(line -> line.startsWith("{\"jsonrpc\":\"2.0\""));
        assertThat(rig.result(rig.prompt(session, "parts", "text", "y".repeat(200_000))).getString("text"))
                .hasSize(200_000);
    }

    @Test
    void case26AndCase27IdsInUseAreRefused() throws Exception {
        String session = start();
        String stall = "{\"jsonrpc\":\"2.0\",\"id\":\"same\",\"method\":\"session/prompt\",\"params\":{\"sessionId\":\""
                + session + "\",\"do\":\"stall\"}}";
        rig.say(stall);
        rig.awaitUpdate("stalling");
        rig.say(stall);
        await().until(() -> rig.received.stream().anyMatch(line -> line.contains("-32600")));
        rig.assertOk(rig.prompt(session, "release"));
        assertThat(rig.received.stream().filter(line -> line.contains("\"id\":\"same\""))).hasSize(2);
    }

    @Test
    void case28And29And40SessionsDoNotDisturbEachOther() throws Exception {
        String one = start();
        String two = rig.result(rig.ask("session/new", new JsonObject())).getString("sessionId");
        int first = rig.prompt(one, "stall");
        int second = rig.prompt(two, "flood", "n", 50);
        rig.assertOk(second);
        rig.say(new String(Answers.cancel(two), StandardCharsets.UTF_8));
        assertThat(rig.isAnswered(first)).isFalse();
        assertThat(rig.updates()).containsSubsequence("0 ", "1 ", "49 ");
        rig.say(new String(Answers.cancel(one), StandardCharsets.UTF_8));
        assertThat(rig.result(first).getString("stopReason")).isEqualTo("cancelled");
    }

    @Test
    void case25And30And31TheAgentMayAskWhileItIsAsked() throws Exception {
        rig.start(AcpRig.options(rig.agent(dir)));
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{}}");
        rig.assertOk(0);
        String session = rig.result(rig.ask("session/new", new JsonObject())).getString("sessionId");
        int prompt = rig.prompt(session, "ask");
        await().until(() -> rig.received.getLast().contains("session/request_permission"));
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"outcome\":{\"outcome\":\"selected\",\"optionId\":\"yes\"}}}");
        assertThat(rig.result(prompt).getJsonObject("answer").encode()).contains("selected", "yes");
        int read = rig.prompt(session, "read");
        await().until(() -> rig.received.getLast().contains("fs/read_text_file"));
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":\"r\",\"result\":{\"content\":\"" + "z".repeat(2 << 20) + "\"}}");
        assertThat(rig.result(read).getInteger("bytes")).isGreaterThan(2 << 20);
    }

    @Test
    void case33And34PlacesAndServicesOfTheClientCanBeKeptFromTheAgent() throws Exception {
        rig.start(new AcpOptions(rig.agent(dir), false, "/workspace", false, false, AcpOptions.MAX_LINE,
                AcpRig.TIMES, AcpOptions.Permissions.ASK));
        rig.assertOk(rig.ask("initialize", new JsonObject().put("clientCapabilities", new JsonObject()
                .put("fs", new JsonObject().put("readTextFile", true)).put("terminal", true).put("other", 1))));
        String session = rig.result(rig.ask("session/new", new JsonObject().put("cwd", "/laptop")))
                .getString("sessionId");
        JsonObject seen = rig.result(rig.prompt(session, "env"));
        assertThat(seen.getString("cwd")).isEqualTo("/workspace");
        assertThat(seen.getJsonObject("caps")).isEqualTo(new JsonObject().put("other", 1));
        JsonObject refused = rig.result(rig.prompt(session, "read")).getJsonObject("error");
        assertThat(refused.getInteger("code")).isEqualTo(-32601);
        assertThat(rig.received).noneMatch(line -> line.contains("fs/read_text_file"));
    }

    @Test
    void case36And37ACancelReachesABusyAgent() throws Exception {
        String session = start();
        int prompt = rig.prompt(session, "stall");
        rig.say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
        assertThat(rig.result(prompt).getString("stopReason")).isEqualTo("cancelled");
        assertThat(rig.updates()).containsExactly("stalling", "cancelling", "late");
        int answer = rig.received.size() - 1;
        assertThat(rig.received.get(answer)).contains("cancelled").contains("\"id\":" + prompt);
    }

    @Test
    void case38TheClientsOwnAnswerPasses() throws Exception {
        String session = start();
        int prompt = rig.prompt(session, "ask");
        rig.awaitMessage(Permissions.METHOD);
        rig.cancel(session);
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"outcome\":{\"outcome\":\"cancelled\"},\"mine\":1}}");
        assertThat(rig.result(prompt).getJsonObject("answer").containsKey("mine")).isTrue();
    }

    @Test
    void case38APermissionThatTheClientOwesAfterACancelIsRefusedForIt() throws Exception {
        String session = start();
        int prompt = rig.prompt(session, "ask");
        await().until(() -> rig.received.getLast().contains("session/request_permission"));
        rig.say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
        assertThat(rig.result(prompt).getJsonObject("answer").encode())
                .isEqualTo("{\"outcome\":{\"outcome\":\"cancelled\"}}");
        rig.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}");
        rig.assertOk(rig.prompt(session, "hash"));
    }

    @Test
    void case39AnAgentThatDoesNotHeedACancelLosesItsMachineOrIsLetBe() throws Exception {
        String session = start();
        int let = rig.prompt(session, "ignore");
        rig.say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
        rig.assertOk(rig.prompt(session, "hash"));
        assertThat(rig.isAnswered(let)).isFalse();
        rig.bridge.interrupt();
        assertThat(rig.error(let).getInteger("code")).isEqualTo(-32603);
    }

    @Test
    void case39StopEndsTheMachineAndTheNextAgentResumesTheSession() throws Exception {
        rig.start(new AcpOptions(rig.agent(dir, "RESTORE=resume"), true, "", true, false, AcpOptions.MAX_LINE,
                AcpRig.TIMES, AcpOptions.Permissions.ASK));
        String session = rig.session();
        int prompt = rig.prompt(session, "ignore");
        rig.awaitUpdate("ignoring");
        rig.say(new String(Answers.cancel(session), StandardCharsets.UTF_8));
        assertThat(rig.result(prompt).getString("stopReason")).isEqualTo("cancelled");
        rig.assertOk(rig.prompt(session, "hash"));
    }

    @Test
    void case54AnAgentThatDiesFailsWhatIsOpen() throws Exception {
        String session = start();
        int stalled = rig.prompt(session, "stall");
        int dying = rig.prompt(session, "die", "n", 3);
        assertThat(rig.error(stalled).getString("message")).contains("exit code 3", "dying of 3");
        assertThat(rig.error(dying).getInteger("code")).isEqualTo(-32603);
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class);
    }

    @Test
    void case55And56TheClientsEndIsTheEndWhenAllIsAnswered() throws Exception {
        String session = start();
        int prompt = rig.prompt(session, "flood", "n", 1000);
        rig.bridge.ended();
        AcpRig.get(rig.done);
        rig.assertOk(prompt);
        assertThat(rig.updates()).hasSize(1000);
        rig.awaitNoProcess();
    }

    @Test
    void case56WhatIsNotAnsweredInTimeIsAnsweredByTheBridge() throws Exception {
        AcpOptions.Times d = AcpRig.TIMES;
        rig.start(new AcpOptions(rig.agent(dir), false, "", true, false, AcpOptions.MAX_LINE,
                new AcpOptions.Times(d.start(), d.probe(), d.cancelWarn(), d.cancelAct(), Duration.ofMillis(300),
                        d.restore(), d.end()),
                AcpOptions.Permissions.ASK));
        int stalled = rig.prompt(rig.session(), "stall");
        rig.awaitUpdate("stalling");
        rig.bridge.ended();
        AcpRig.get(rig.done);
        assertThat(rig.error(stalled).getJsonObject("data").getString("reason")).isEqualTo("ending");
        rig.awaitNoProcess();
    }

    @Test
    void case57AClientThatIsGoneEndsTheAgent() throws Exception {
        String session = start();
        rig.clientIsGone = true;
        rig.prompt(session, "flood", "n", 10);
        assertThatThrownBy(() -> AcpRig.get(rig.done)).hasCauseInstanceOf(ProblemException.class);
        rig.awaitNoProcess();
    }

    @Test
    void case59ASlowClientHoldsTheAgentUpAndLosesNothing() throws Exception {
        String session = start();
        var reading = Promise.<Void>promise();
        rig.clientReads = reading.future();
        int prompt = rig.prompt(session, "flood", "n", 3000, "pad", "p".repeat(10_000));
        await().until(() -> rig.received.size() > 300);
        int seen = rig.received.size();
        await().during(Duration.ofMillis(700)).until(() -> rig.received.size() - seen < 600);
        assertThat(rig.isAnswered(prompt)).isFalse();
        rig.clientReads = Future.succeededFuture();
        reading.complete();
        rig.assertOk(prompt);
        assertThat(rig.updates()).hasSize(3000);
    }

    private static String sha(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
