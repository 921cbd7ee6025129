package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellLimits;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class ReattachingShellTest {
    private final Vertx vertx = Vertx.vertx();
    private final ShellProbe probe = new ShellProbe();
    private ShellStub service;

    @BeforeEach
    void start() throws Exception {
        service = new ShellStub(vertx);
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
    }

    @Test
    void asksWithSignedHeadersAndTakesTheIdsOfTheAnswer() {
        service.shell(probe);
        probe.awaitNews("attached");
        HttpServerRequest request = service.requests.getFirst();
        assertThat(request.uri())
                .isEqualTo("/runtimes/" + AgentStub.ENCODED + "/ws/shells?qualifier=DEFAULT&shellId=shell-1");
        assertThat(request.getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"))
                .isEqualTo(ShellStub.ADDRESS.session());
        assertThat(request.getHeader("Authorization")).contains(
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amzn-bedrock-agentcore-runtime-session-id");
        assertThat(request.headers().contains("Sec-WebSocket-Protocol")).isFalse();
        assertThat(probe.address.shell()).isEqualTo("adopted");
        assertThat(probe.address.session()).startsWith("adopted-");
        service.cut();
        service.awaitConnections(2);
        assertThat(service.requests.get(1).uri()).endsWith("shellId=adopted");
        assertThat(service.requests.get(1).getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"))
                .startsWith("adopted-");
    }

    @Test
    void asksWithAPresignedUrl() {
        service.shell(AgentStub.config(service.port), new ShellAuth.Presigned(Duration.ofMinutes(5)),
                AgentStub.credentials(), probe);
        probe.awaitNews("attached");
        HttpServerRequest request = service.requests.getFirst();
        assertThat(request.uri()).contains("X-Amz-Signature=", "X-Amz-Expires=300", "X-Amz-SignedHeaders=host",
                "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id=" + ShellStub.ADDRESS.session());
        assertThat(request.headers().contains("Authorization")).isFalse();
    }

    @Test
    void asksWithABearerTokenAndNoCredentials() {
        CredentialsCache none = new CredentialsCache(() -> {
            throw new IllegalStateException("none");
        }, Clock.systemUTC());
        service.shell(AgentStub.config(service.port), new ShellAuth.Bearer(() -> new Redacted("a.b.c")), none, probe);
        probe.awaitNews("attached");
        assertThat(service.requests.getFirst().getHeader("Authorization")).isEqualTo("Bearer a.b.c");
        assertThat(service.requests.getFirst().uri()).doesNotContain("a.b.c");
    }

    @Test
    void writesEveryByteInOrderInMessagesOfBoundedSize() throws Exception {
        AgentShell shell = service.shell(probe);
        probe.awaitNews("attached");
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        Buffer all = Buffer.buffer(bytes);
        Future<Void> first = shell.write(all.slice(0, 3));
        Future<Void> second = shell.write(all.slice(3, 3 + 2 * ShellLimits.CHUNK + 1));
        Future<Void> rest = shell.write(all.slice(4 + 2 * ShellLimits.CHUNK, all.length()));
        done(Future.all(first, second, rest));
        done(shell.confirm());
        assertThat(service.typed()).isEqualTo(all);
        assertThat(service.messages).allMatch(message -> message.length() <= 32 * 1024);
    }

    @Test
    void sendsAtMost200MessagesInAnySecond() throws Exception {
        AgentShell shell = service.shell(probe);
        probe.awaitNews("attached");
        for (int i = 0; i < 300; i++) {
            var _ = shell.write(Buffer.buffer(new byte[20_000])).onComplete(v -> shell.resize(80, 24));
        }
        done(shell.confirm());
        await().until(() -> service.times.size() >= 400);
        for (int i = 200; i < service.times.size(); i++) {
            // 201 messages take more than a second, but for what the arrival of two of them may differ by
            assertThat(service.times.get(i) - service.times.get(i - 200)).isGreaterThan(700_000_000L);
        }
    }

    @Test
    void tellsOutputAndNewsAndIgnoresWhatMeansNothing() {
        service.shell(probe);
        probe.awaitNews("attached");
        service.say(new ShellFrame.Stdout(Buffer.buffer("a")));
        service.say(new ShellFrame.Status(new ShellStatus.Confirmed("s", true, OptionalLong.empty())));
        service.say(new ShellFrame.Unknown(99, Buffer.buffer("?")));
        service.socket().writeBinaryMessage(Buffer.buffer());
        service.socket().writeBinaryMessage(Buffer.buffer("\u0003nonsense"));
        service.socket().writeTextMessage("{\"metadata\":{\"shellId\":\"text\"}}");
        service.say(new ShellFrame.Heartbeat(Buffer.buffer()));
        service.say(new ShellFrame.Stderr(Buffer.buffer("platform\u001b[31m")));
        service.say(new ShellFrame.Stdout(Buffer.buffer("b")));
        probe.awaitNews("attached", "out a", "confirmed s true", "err platform?[31m", "out b");
        assertThat(probe.threads).hasSize(1);
    }

    @Test
    void comesBackAfterALossAndTellsWhoWaits() throws Exception {
        AgentShell shell = service.shell(probe);
        service.echoing = false;
        probe.awaitNews("attached");
        shell.resize(100, 30);
        Future<Void> confirmation = shell.confirm();
        await().until(() -> service.messages.size() == 2);
        service.cut();
        assertThatThrownBy(() -> done(confirmation)).hasCauseInstanceOf(ProblemException.class);
        service.awaitConnections(2);
        probe.awaitNews("attached", "detached", "again");
        await().untilAsserted(() -> assertThat(service.frames().getLast()).isEqualTo(new ShellFrame.Resize(100, 30)));
        done(shell.write(Buffer.buffer("on")));
        await().until(() -> service.typed().toString().equals("on"));
    }

    @ParameterizedTest
    @CsvSource({"1001,again", "1008,again", "1011,again", "4001,again", "1000,Exited", "4000,TakenOver",
        "1003,Faulty", "1009,Faulty"})
    void closeCodesDecide(int code, String outcome) {
        service.shell(probe);
        service.awaitConnections(1);
        service.socket().close((short) code);
        if (outcome.equals("again")) {
            probe.awaitNews("attached", "detached", "again");
        } else {
            assertThat(probe.awaitEnd().getClass().getSimpleName()).isEqualTo(outcome);
            assertThat(service.requests).hasSize(1);
        }
    }

    @Test
    void theEndOfTheProgramIsTheEnd() {
        service.shell(probe);
        service.awaitConnections(1);
        service.say(new ShellFrame.Stdout(Buffer.buffer("bye")));
        service.say(new ShellFrame.Status(new ShellStatus.Exited(7, OptionalInt.empty())));
        service.cut();
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.Exited(OptionalInt.of(7)));
        probe.awaitNews("attached", "out bye", "ended");
    }

    @Test
    void detachingSendsNoEndAndTerminatingDoes() {
        AgentShell one = service.shell(probe);
        service.awaitConnections(1);
        one.detach();
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.Left());
        await().until(() -> service.closes.size() == 1);
        assertThat(service.closes).containsExactly((short) 1000);
        assertThat(service.messages).isEmpty();

        ShellProbe other = new ShellProbe();
        AgentShell two = service.shell(other);
        service.awaitConnections(2);
        two.terminate();
        await().until(() -> service.messages.size() == 1);
        assertThat(service.frames().getFirst()).isEqualTo(new ShellFrame.Close());
        service.say(new ShellFrame.Close());
        service.socket().close((short) 1000);
        assertThat(other.awaitEnd()).isEqualTo(new ShellEnd.Left());
    }

    @Test
    void anOldConnectionIsReplacedWithoutLosingTheShell() {
        AgentCoreConfig patient = AgentStub.config(service.port);
        AgentCoreConfig config = new AgentCoreConfig(patient.endpoint(), patient.region(), patient.runtimeArn(),
                patient.qualifier(), patient.connectTimeout(), patient.ping(), patient.deadAfter(),
                Duration.ofMillis(30), patient.interpreter());
        service.shell(config, new ShellAuth.Signed(), AgentStub.credentials(), probe);
        await().until(() -> service.sockets.size() >= 3);
        assertThat(service.closes.subList(0, 2)).containsOnly((short) 1000);
        assertThat(probe.news).startsWith("attached", "detached", "again", "detached", "again");
        assertThat(service.messages).isEmpty();
    }

    @Test
    void case52SilenceIsNoticedAndPongsKeepAnIdleConnection() throws Exception {
        int silent = AgentStub.raw(vertx, RawPeer.silent());
        AgentCoreConfig hasty = AgentStub.config(silent, Duration.ofSeconds(5), Duration.ofMillis(20),
                Duration.ofMillis(100));
        service.shell(hasty, new ShellAuth.Signed(), AgentStub.credentials(), probe);
        await().until(() -> probe.news.contains("again"));

        ShellProbe idle = new ShellProbe();
        AtomicInteger pings = new AtomicInteger();
        service.shell(AgentStub.config(service.port, Duration.ofSeconds(5), Duration.ofMillis(20),
                Duration.ofMillis(400)), new ShellAuth.Signed(), AgentStub.credentials(), idle);
        service.awaitConnections(1);
        service.socket().frameHandler(frame -> {
            if (frame.isPing()) {
                pings.incrementAndGet();
            }
        });
        await().until(() -> pings.get() > 40);
        assertThat(idle.news).containsExactly("attached");
    }

    @ParameterizedTest
    @CsvSource({"400,Invalid,1", "401,Unauthenticated,1", "403,Forbidden,1", "404,NotFound,1", "409,Unavailable,3",
        "402,QuotaExceeded,3", "424,Unavailable,3", "429,QuotaExceeded,3", "500,Unavailable,3"})
    void case08RefusalsAreDistinctAndOnlyPassingOnesAreTriedAgain(int status, String problem, int attempts) {
        service.refusal = request -> {
            request.response().setStatusCode(status).end("{\"message\":\"words of the service\\u001b[2J\"}");
            return true;
        };
        service.shell(probe);
        Problem found = ((ShellEnd.Unreachable) probe.awaitEnd()).problem();
        assertThat(found.getClass().getSimpleName()).isEqualTo(problem);
        assertThat(found.detail()).doesNotContain("\u001b");
        assertThat(service.requests).hasSize(attempts);
        if (status == 400 || status == 424 || status == 429) {
            assertThat(found.detail()).contains("words of the service");
        }
        if (status == 403) {
            assertThat(found.detail()).doesNotContain("words");
        }
    }

    @Test
    void aPlainTextRefusalIsQuotedToo() {
        service.refusal = request -> {
            request.response().setStatusCode(400).end("Not a WebSocket Upgrade Request");
            return true;
        };
        service.shell(probe);
        assertThat(((ShellEnd.Unreachable) probe.awaitEnd()).problem().detail()).endsWith("Upgrade Request");
    }

    @Test
    void case50TheWindowAfterALossEnds() {
        service.shell(probe);
        service.awaitConnections(1);
        service.refusal = request -> {
            request.response().setStatusCode(503).end();
            return true;
        };
        service.cut();
        assertThat(((ShellEnd.Unreachable) probe.awaitEnd()).problem()).isInstanceOf(Problem.Unavailable.class);
        assertThat(service.requests).hasSizeGreaterThan(5);
    }

    @Test
    void case53EachConnectionIsSignedWithTheCredentialsOfItsTime() {
        AtomicInteger keys = new AtomicInteger();
        CredentialsCache rotating = new CredentialsCache(
                () -> AwsSessionCredentials.builder().accessKeyId("AKID" + keys.incrementAndGet())
                        .secretAccessKey("secret").sessionToken("token").expirationTime(Instant.now()).build(),
                Clock.systemUTC());
        service.shell(AgentStub.config(service.port), new ShellAuth.Signed(), rotating, probe);
        service.awaitConnections(1);
        service.cut();
        service.awaitConnections(2);
        assertThat(service.requests.get(0).getHeader("Authorization")).contains("Credential=AKID1/");
        assertThat(service.requests.get(1).getHeader("Authorization")).contains("Credential=AKID2/");
    }

    @Test
    void aHeldShellIsNotRead() {
        AgentShell shell = service.shell(probe);
        service.awaitConnections(1);
        shell.pause();
        await().until(() -> {
            for (int i = 0; i < 100 && !service.socket().writeQueueFull(); i++) {
                service.say(new ShellFrame.Stdout(Buffer.buffer(new byte[60_000])));
            }
            return service.socket().writeQueueFull();
        });
        assertThat(probe.news).hasSizeLessThan(20);
        shell.resume();
        await().until(() -> !service.socket().writeQueueFull());
    }
}
