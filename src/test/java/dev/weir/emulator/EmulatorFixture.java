package dev.weir.emulator;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.weir.config.EmulatorConfig;
import dev.weir.config.EmulatorConfig.Faults;
import dev.weir.config.EmulatorConfig.Limits;
import dev.weir.config.EmulatorConfig.Shells;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** An emulator with a scripted container as its runtime {@code skills}, its clock under control, and signed callers. */
final class EmulatorFixture implements AutoCloseable {
    static final String SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    static final String ARN = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A000000000000%3Aruntime%2Fskills";
    static final Tuning FAST = new Tuning(Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(5), 20);

    final Vertx vertx = Vertx.vertx();
    final ScriptedContainer container = new ScriptedContainer(vertx);
    final Credentials credentials = Credentials.generate();
    final Path dir;
    final Emulator emulator;
    final int port;
    volatile Duration clockOffset = Duration.ZERO;
    private final HttpClient http = vertx.createHttpClient();
    private final WebSocketClient sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
            .setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 20));

    EmulatorFixture(Path dir, EmulatorConfig config, Tuning tuning) {
        this.dir = dir;
        InstantSource clock = () -> Instant.now().plus(clockOffset);
        emulator = new Emulator(vertx, new EmulatorSetup(config, dir, credentials, Map.of("skills", container), tuning,
                clock));
        port = await(emulator.start());
    }

    EmulatorFixture(Path dir) {
        this(dir, config(EmulatorConfig.DEFAULT.limits(), Faults.NONE), FAST);
    }

    static EmulatorConfig config(Limits limits, Faults faults) {
        EmulatorConfig d = EmulatorConfig.DEFAULT;
        return new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(), d.linger(), limits, faults,
                d.shells(), d.interpreters(), Map.of());
    }

    static EmulatorConfig config(Limits limits, Faults faults, Shells shells) {
        EmulatorConfig d = config(limits, faults);
        return new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(), d.linger(), limits, faults, shells,
                d.interpreters(), Map.of());
    }

    static String newSession() {
        return UUID.randomUUID().toString();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, SECONDS);
        } catch (java.util.concurrent.ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(failure.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException stuck) {
            throw new IllegalStateException(stuck);
        }
    }

    Signed signer() {
        return new Signed(credentials, Clock.systemUTC());
    }

    URI uri(String tail) {
        return URI.create("http://127.0.0.1:" + port + "/runtimes/" + ARN + tail);
    }

    Answer invoke(String session, String body) {
        return await(call("POST", "/invocations", session, body));
    }

    Answer stop(String session) {
        return await(call("POST", "/stopruntimesession", session, "{}"));
    }

    Future<Answer> call(String method, String tail, String session, String body) {
        URI uri = uri(tail);
        return send(method, uri.getRawPath() + (uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery()),
                signer().headers(method, uri, body, sessionHeader(session)), body);
    }

    /** All of it on one loop: a body that nobody asked for yet when it comes is lost. */
    Future<Answer> send(String method, String target, MultiMap headers, String body) {
        Promise<Answer> answer = Promise.promise();
        vertx.runOnContext(_ -> exchange(method, target, headers, body).onComplete(answer));
        return answer.future();
    }

    private Future<Answer> exchange(String method, String target, MultiMap headers, String body) {
        return http.request(new RequestOptions().setMethod(HttpMethod.valueOf(method)).setHost("127.0.0.1")
                .setPort(port).setURI(target).setHeaders(headers))
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> response.body()
                        .map(bytes -> new Answer(response.statusCode(), response.headers(), bytes.toString())));
    }

    WebSocket connect(String session) {
        return await(open(session));
    }

    Future<WebSocket> open(String session) {
        URI uri = uri("/ws");
        return open(uri.getRawPath(), signer().headers("GET", uri, "", sessionHeader(session)));
    }

    Future<WebSocket> open(String target, MultiMap headers) {
        return sockets.connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(target)
                .setHeaders(headers)).map(socket -> {
                    socket.pause();
                    return socket;
                });
    }

    JsonObject health() {
        return new JsonObject(await(send("GET", Emulator.HEALTH_PATH, MultiMap.caseInsensitiveMultiMap(), "")).body());
    }

    static Map<String, String> sessionHeader(String session) {
        Map<String, String> headers = new HashMap<>();
        if (session != null) {
            headers.put(SESSION_HEADER, session);
        }
        return headers;
    }

    @Override
    public void close() {
        await(emulator.stop());
        await(vertx.close());
    }

    record Answer(int status, MultiMap headers, String body) {
        String error() {
            return headers.get("x-amzn-ErrorType");
        }

        String message() {
            return new JsonObject(body).getString("message");
        }
    }
}
