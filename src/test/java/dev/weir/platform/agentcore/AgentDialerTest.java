package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.ENCODED;
import static dev.weir.platform.agentcore.AgentStub.SESSION;
import static dev.weir.platform.agentcore.AgentStub.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetServer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

class AgentDialerTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
    }

    @Test
    void upgradesWithSignedHeadersAndTheRawPath() throws Exception {
        AtomicReference<HttpServerRequest> seen = new AtomicReference<>();
        int port = AgentStub.http(vertx, request -> {
            seen.set(request);
            request.toWebSocket();
        });
        AgentSocket socket = open(AgentStub.config(port));
        HttpServerRequest request = seen.get();
        assertThat(request.uri()).isEqualTo("/runtimes/" + ENCODED + "/ws?qualifier=DEFAULT");
        assertThat(request.headers().getAll("Host")).containsExactly("127.0.0.1:" + port);
        assertThat(request.getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id")).isEqualTo(SESSION);
        assertThat(request.getHeader("Authorization")).startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                .contains("/us-west-2/bedrock-agentcore/aws4_request",
                        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amzn-bedrock-agentcore-runtime-session-id");
        assertThat(request.headers().contains("Origin")).isFalse();
        assertThat(request.headers().contains("Sec-WebSocket-Extensions")).isFalse();
        assertThat(request.headers().contains("Sec-WebSocket-Protocol")).isFalse();
        socket.close();
    }

    @ParameterizedTest
    @CsvSource({
        "409, RetryableConflictException, again", "409, ConflictException:http://internal/, again",
        "429, ThrottlingException, again", "424, RuntimeClientError, again",
        "402, ServiceQuotaExceededException, again",
        "500, InternalServerException, again", "502, '', again", "503, '', again", "409, '', again",
        "400, ValidationException, never", "403, AccessDeniedException, never", "404, ResourceNotFoundException, never",
        "401, '', never", "200, '', never", "302, '', never", "400, ThrottlingException, again"})
    void tellsRefusalsThatPassFromThoseThatDoNot(int status, String type, String outcome) throws Exception {
        int port = AgentStub.http(vertx, request -> request.response().setStatusCode(status)
                .putHeader("x-amzn-ErrorType", type).end("{\"message\":\"for account 123456789012\"}"));
        Problem problem = refused(AgentStub.config(port));
        assertThat(problem).isInstanceOf(outcome.equals("again")
                ? Problem.Unavailable.class
                : Problem.UpstreamFailed.class);
        assertThat(problem.detail()).contains(Integer.toString(status)).doesNotContain("12345", "qualifier", "http:");
        if (!type.isEmpty()) {
            assertThat(problem.detail()).contains(type.replaceAll(":.*", ""));
        }
    }

    @Test
    void plainTextRefusalIsARefusal() throws Exception {
        int port = AgentStub.http(vertx, request -> request.response().setStatusCode(400)
                .end("Not a WebSocket Upgrade Request"));
        assertThat(refused(AgentStub.config(port))).isInstanceOf(Problem.UpstreamFailed.class);
    }

    @Test
    void refusedConnectionMayBeTriedAgain() throws Exception {
        NetServer server = done(vertx.createNetServer().connectHandler(s -> {}).listen(0, "127.0.0.1"));
        int port = server.actualPort();
        done(server.close());
        assertThat(refused(AgentStub.config(port))).isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    void connectionCutDuringTheHandshakeMayBeTriedAgain() throws Exception {
        int port = AgentStub.raw(vertx, socket -> socket.handler(request -> socket.close()));
        assertThat(refused(AgentStub.config(port))).isInstanceOf(Problem.Unavailable.class);
    }

    @ParameterizedTest
    @CsvSource({"HELO smtp.example.com",
        "'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: bm90IHRoaXM=\r\n'"})
    void garbageInsteadOfAHandshakeIsAFailure(String answer) throws Exception {
        int port = AgentStub.raw(vertx, socket -> socket.handler(request -> socket.write(answer + "\r\n\r\n")));
        assertThat(refused(AgentStub.config(port))).isInstanceOf(Problem.UpstreamFailed.class);
    }

    @Test
    void silenceInsteadOfAHandshakeIsATimeoutAndTheConnectionIsClosed() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        int port = AgentStub.raw(vertx, socket -> socket.closeHandler(v -> closed.complete(null)));
        AgentCoreConfig config = AgentStub.config(port, Duration.ofMillis(150), Duration.ofSeconds(1),
                Duration.ofSeconds(2));
        assertThat(refused(config)).isInstanceOf(Problem.UpstreamTimeout.class);
        closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void absentCredentialsAreSaidSo() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        int port = AgentStub.http(vertx, request -> requests.incrementAndGet());
        CredentialsCache none = new CredentialsCache(() -> {
            throw new IllegalStateException("none");
        }, Clock.systemUTC());
        Throwable failure = catchThrowable(
                () -> done(AgentStub.dialer(vertx, AgentStub.config(port), none).open(SESSION)));
        assertThat(((ProblemException) failure.getCause()).problem()).isInstanceOf(Problem.Unavailable.class)
                .extracting(Problem::detail).asString().contains("credentials");
        assertThat(requests).hasValue(0);
    }

    @Test
    void credentialsThatComeTooLateOpenNothing() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        int port = AgentStub.http(vertx, request -> requests.incrementAndGet());
        CountDownLatch gate = new CountDownLatch(1);
        CredentialsCache slow = new CredentialsCache(() -> {
            assertThatCode(gate::await).doesNotThrowAnyException();
            return AwsBasicCredentials.create("a", "b");
        }, Clock.systemUTC());
        AgentCoreConfig config = AgentStub.config(port, Duration.ofMillis(150), Duration.ofSeconds(1),
                Duration.ofSeconds(2));
        Throwable failure = catchThrowable(() -> done(AgentStub.dialer(vertx, config, slow).open(SESSION)));
        assertThat(((ProblemException) failure.getCause()).problem()).isInstanceOf(Problem.UpstreamTimeout.class);
        gate.countDown();
        slow.current().get(10, TimeUnit.SECONDS);
        await().during(Duration.ofMillis(100)).until(() -> requests.get() == 0);
    }

    @Test
    void illegalSessionIdsNeverLeave() {
        for (String id : new String[]{"short", "x".repeat(101), "0123456789abcdef0123456789abcdef/../"}) {
            assertThatThrownBy(
                    () -> done(AgentStub.dialer(vertx, AgentStub.config(1), AgentStub.credentials()).open(id)))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void openedMoreSocketsThanVertxWouldByItself() throws Exception {
        AtomicInteger open = new AtomicInteger();
        int port = AgentStub.http(vertx,
                request -> request.toWebSocket().onSuccess((ServerWebSocket s) -> open.incrementAndGet()));
        AgentDialer dialer = AgentStub.dialer(vertx, AgentStub.config(port), AgentStub.credentials());
        for (int i = 0; i < 60; i++) {
            done(dialer.open(SESSION));
        }
        assertThat(open).hasValue(60);
        done(dialer.close());
    }

    private AgentSocket open(AgentCoreConfig config) throws Exception {
        return done(AgentStub.dialer(vertx, config, AgentStub.credentials()).open(SESSION));
    }

    private Problem refused(AgentCoreConfig config) {
        Throwable failure = catchThrowable(() -> open(config));
        assertThat(failure).hasCauseInstanceOf(ProblemException.class);
        return ((ProblemException) failure.getCause()).problem();
    }
}
