package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.AgentCommands;
import dev.weir.feature.agent.AgentCommands.Running;
import dev.weir.feature.agent.CommandEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a stub that answers what the emulator never would. */
class AgentCoreCommandsTest {
    private static final AgentCommand COMMAND = new AgentCommand(AgentStub.SESSION, "echo \u00fc",
            Duration.ofSeconds(9));
    private static final Buffer STOP = chunk("contentStop",
            new JsonObject().put("exitCode", 7).put("status", "COMPLETED"));

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Buffer> bodies = new CopyOnWriteArrayList<>();
    private final Heard heard = new Heard();
    private Consumer<HttpServerRequest> answer = request -> stream(request, STOP);
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = AgentStub.http(vertx, request -> {
            requests.add(request);
            request.body().onSuccess(body -> {
                bodies.add(body);
                answer.accept(request);
            });
        });
    }

    @AfterEach
    void stop() throws Exception {
        AgentStub.done(vertx.close());
    }

    @Test
    void asksWithASignedPostAndTellsOutputInOrder() throws Exception {
        answer = request -> stream(request, chunk("contentStart", new JsonObject()).appendBuffer(out("stdout", "a\n"))
                .appendBuffer(out("stderr", "b\n")).appendBuffer(out("stdout", "\u00fc")).appendBuffer(STOP));
        assertThat(AgentStub.done(run().end())).isEqualTo(new CommandEnd.Exited(7));
        assertThat(heard.pieces).containsExactly("out a\n", "err b\n", "out \u00fc");
        HttpServerRequest request = requests.getFirst();
        assertThat(request.uri()).isEqualTo("/runtimes/" + AgentStub.ENCODED + "/commands?qualifier=DEFAULT");
        assertThat(request.getHeader("Authorization")).contains("AWS4-HMAC-SHA256", "accept;content-type;host;",
                "x-amzn-bedrock-agentcore-runtime-session-id");
        assertThat(request.getHeader("Accept")).isEqualTo("application/vnd.amazon.eventstream");
        assertThat(request.getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id")).isEqualTo(AgentStub.SESSION);
        assertThat(bodies.getFirst().toJsonObject()).isEqualTo(new JsonObject().put("command", "echo \u00fc")
                .put("timeout", 9));
    }

    @Test
    void aTokenIsAskedForEachTimeAndNoKeys() throws Exception {
        AtomicInteger number = new AtomicInteger();
        CredentialsCache none = new CredentialsCache(() -> {
            throw new IllegalStateException("none");
        }, Clock.systemUTC());
        ShellAuth.Bearer bearer = new ShellAuth.Bearer(() -> new Redacted("token-" + number.incrementAndGet()));
        AgentCommands commands = new AgentCoreCommands(vertx, AgentStub.config(port), none, bearer, ShellStub.QUICK);
        AgentStub.done(commands.run(COMMAND, heard).end());
        AgentStub.done(commands.run(COMMAND, heard).end());
        assertThat(requests).extracting(request -> request.getHeader("Authorization"))
                .containsExactly("Bearer token-1", "Bearer token-2");
        assertThat(bearer.toString()).doesNotContain("token-");
    }

    @ParameterizedTest
    @CsvSource({"200,", "404,", "403,Forbidden", "409,Unavailable"})
    void aSessionOfARuntimeThatTakesTokensIsEndedWithOne(int status, String problem) throws Exception {
        answer = request -> request.response().setStatusCode(status).end("{}");
        TokenStop stop = new TokenStop(vertx, AgentStub.config(port), new ShellAuth.Bearer(() -> new Redacted("a.b")));
        Future<Void> ended = stop.stop(AgentStub.SESSION);
        await().until(ended::isComplete);
        assertThat(ended.succeeded()).isEqualTo(problem == null);
        if (problem != null) {
            assertThat(((ProblemException) ended.cause()).problem().getClass().getSimpleName()).isEqualTo(problem);
        }
        HttpServerRequest request = requests.getFirst();
        assertThat(request.uri())
                .isEqualTo("/runtimes/" + AgentStub.ENCODED + "/stopruntimesession?qualifier=DEFAULT");
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer a.b");
        assertThat(request.getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id")).isEqualTo(AgentStub.SESSION);
        assertThat(bodies.getFirst().toJsonObject().getString("clientToken")).hasSizeGreaterThan(32);
    }

    @Test
    void charactersThatAreCutBecomeTheirBytesAgain() throws Exception {
        Buffer cut = Buffer.buffer("{\"contentDelta\":{\"stdout\":\"x").appendByte((byte) 0xe2).appendByte((byte) 0x82)
                .appendString("\"}}");
        Buffer rest = Buffer.buffer("{\"contentDelta\":{\"stdout\":\"").appendByte((byte) 0xac).appendString("\"}}");
        answer = request -> stream(request, EventMessage.event("chunk", cut).encode()
                .appendBuffer(EventMessage.event("chunk", rest).encode())
                .appendBuffer(EventMessage.event("chunk",
                        Buffer.buffer("{\"contentDelta\":{\"stdout\":\"\\ud83d\"}}")).encode())
                .appendBuffer(out("stderr", "between"))
                .appendBuffer(EventMessage.event("chunk",
                        Buffer.buffer("{\"contentDelta\":{\"stdout\":\"\\ude00\"}}")).encode())
                .appendBuffer(STOP));
        AgentStub.done(run().end());
        assertThat(heard.stdout).isEqualTo(Buffer.buffer("x\u20ac\ud83d\ude00"));
    }

    @ParameterizedTest
    @CsvSource({"truncated,UpstreamFailed", "silent-cut,UpstreamFailed", "crc,UpstreamFailed", "large,UpstreamFailed",
        "nonsense,UpstreamFailed", "untyped,UpstreamFailed", "error,UpstreamFailed", "codeless,UpstreamFailed",
        "throttlingException,QuotaExceeded", "accessDeniedException,Forbidden", "runtimeClientError,Unavailable",
        "validationException,Invalid", "somethingNewException,Unavailable"})
    void aBrokenStreamIsAFailureAndNothingIsAskedAgain(String how, String problem) {
        answer = request -> brokenly(request, how);
        Problem found = failure(run());
        assertThat(found.getClass().getSimpleName()).as(found.detail()).isEqualTo(problem);
        assertThat(requests).hasSize(1);
        assertThat(heard.pieces).containsExactly("out before");
        if (how.equals("throttlingException")) {
            assertThat(found.detail()).contains("slow down");
        }
    }

    @ParameterizedTest
    @CsvSource({"400,Invalid,1", "401,Unauthenticated,1", "402,QuotaExceeded,1", "403,Forbidden,1", "404,NotFound,1",
        "409,Unavailable,3", "424,Unavailable,1", "429,QuotaExceeded,3", "500,Unavailable,1"})
    void refusalsAreDistinctAndOnlyThoseThatProveThatNothingRanAreTriedAgain(int status, String problem, int calls) {
        answer = request -> request.response().setStatusCode(status).end("{\"message\":\"words\"}");
        Problem found = failure(run());
        assertThat(found.getClass().getSimpleName()).isEqualTo(problem);
        assertThat(requests).hasSize(calls);
        if (status == 403) {
            assertThat(found.detail()).contains("bedrock-agentcore:InvokeAgentRuntimeCommand").doesNotContain("Shell");
        }
    }

    @Test
    void whatIsRefusedAtFirstMayBeTakenLater() throws Exception {
        answer = request -> {
            if (requests.size() == 1) {
                request.response().setStatusCode(409).end();
            } else {
                stream(request, STOP);
            }
        };
        assertThat(AgentStub.done(run().end())).isEqualTo(new CommandEnd.Exited(7));
    }

    @Test
    void aConnectionThatClosesAfterTheRequestIsNotAskedAgain() {
        answer = request -> request.connection().close();
        assertThat(failure(run())).isInstanceOf(Problem.UpstreamFailed.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void nobodyThereIsUnavailable() throws Exception {
        int free = port;
        AgentStub.done(vertx.close());
        Vertx other = Vertx.vertx();
        AgentCommands commands = new AgentCoreCommands(other, AgentStub.config(free), AgentStub.credentials(),
                new ShellAuth.Signed(), ShellStub.QUICK);
        assertThat(failure(commands.run(COMMAND, heard))).isInstanceOf(Problem.Unavailable.class);
        AgentStub.done(other.close());
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeOut() {
        answer = request -> {
            // never
        };
        AgentCoreConfig hasty = AgentStub.config(port, Duration.ofMillis(150), Duration.ofSeconds(20),
                Duration.ofSeconds(40));
        assertThat(failure(commands(hasty).run(COMMAND, heard))).isInstanceOf(Problem.UpstreamTimeout.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void aHeldCommandIsNotReadAndALeftOneIsClosed() throws Exception {
        AtomicInteger written = new AtomicInteger();
        answer = request -> {
            request.response().setChunked(true).putHeader("Content-Type", "application/vnd.amazon.eventstream");
            vertx.setPeriodic(1, id -> {
                for (int i = 0; i < 50 && !request.response().writeQueueFull() && !request.response().closed(); i++) {
                    written.incrementAndGet();
                    request.response().write(out("stdout", "x".repeat(20_000)));
                }
                if (request.response().closed()) {
                    vertx.cancelTimer(id);
                    requests.clear();
                }
            });
        };
        Running running = run();
        await().until(() -> heard.pieces.size() > 3);
        running.pause();
        AtomicInteger before = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(100)).until(() -> before.getAndSet(written.get()) == written.get());
        int heldAt = heard.pieces.size();
        assertThat(written.get()).isGreaterThan(heldAt);
        running.resume();
        await().until(() -> heard.pieces.size() > written.get() / 2 && heard.pieces.size() > heldAt + 10);
        running.abandon();
        assertThat(failure(running)).isInstanceOf(Problem.Conflict.class);
        await().until(requests::isEmpty);
    }

    private void brokenly(HttpServerRequest request, String how) {
        Buffer first = out("stdout", "before");
        Buffer crc = STOP.copy();
        crc.setByte(crc.length() - 1, (byte) (crc.getByte(crc.length() - 1) ^ 1));
        switch (how) {
            case "truncated" -> stream(request, first.appendBuffer(STOP.slice(0, 50)));
            case "silent-cut" -> stream(request, first);
            case "crc" -> stream(request, first.appendBuffer(crc));
            case "large" -> stream(request, first.appendBuffer(out("stdout", "y".repeat(1_100_000)))
                    .appendBuffer(STOP));
            case "nonsense" ->
                stream(request, first.appendBuffer(EventMessage.event("chunk", Buffer.buffer("{nonsense")).encode()));
            case "untyped" -> stream(request, first.appendBuffer(
                    new EventMessage(Map.of(), Buffer.buffer("{}")).encode()).appendBuffer(STOP));
            case "error" -> stream(request, first.appendBuffer(new EventMessage(Map.of(":message-type",
                    "error", ":error-code", "Odd"), Buffer.buffer()).encode()));
            case "codeless" -> stream(request, first.appendBuffer(chunk("contentStop", new JsonObject())));
            default -> stream(request, first.appendBuffer(EventMessage.exception(how,
                    new JsonObject().put("message", "slow down").toBuffer()).encode()).appendBuffer(STOP));
        }
    }

    private Running run() {
        return commands(AgentStub.config(port)).run(COMMAND, heard);
    }

    private AgentCommands commands(AgentCoreConfig config) {
        return new AgentCoreCommands(vertx, config, AgentStub.credentials(), new ShellAuth.Signed(), ShellStub.QUICK);
    }

    private static Problem failure(Running running) {
        await().until(() -> running.end().isComplete());
        return ((ProblemException) running.end().cause()).problem();
    }

    private static void stream(HttpServerRequest request, Buffer bytes) {
        request.response().putHeader("Content-Type", "application/vnd.amazon.eventstream").end(bytes);
    }

    private static Buffer out(String stream, String text) {
        return chunk("contentDelta", new JsonObject().put(stream, text));
    }

    private static Buffer chunk(String member, JsonObject content) {
        return EventMessage.event("chunk", new JsonObject().put(member, content).toBuffer()).encode();
    }

    /** What was told, in order. */
    static final class Heard implements AgentCommands.Output {
        final List<String> pieces = new CopyOnWriteArrayList<>();
        final Buffer stdout = Buffer.buffer();

        @Override
        public void stdout(Buffer bytes) {
            stdout.appendBuffer(bytes);
            pieces.add("out " + bytes);
        }

        @Override
        public void stderr(Buffer bytes) {
            pieces.add("err " + bytes);
        }
    }
}
