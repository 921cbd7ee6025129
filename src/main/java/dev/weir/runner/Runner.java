package dev.weir.runner;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What a microVM of AgentCore runs: an HTTP server with {@code GET /ping}, {@code POST /invocations} and {@code GET /ws}, and at most one
 * handler at a time behind it. All state is in the instance; many can live in one process.
 */
public final class Runner {
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final int MAX_INCOMING_MESSAGE = 128 * 1024;
    private static final int MAX_INCOMING_FRAME = 64 * 1024;
    private static final int IDLE_SECONDS = 1_200;
    private static final short GOING_AWAY = 1001;
    private static final Set<String> PATHS = Set.of("/ping", "/invocations", "/ws");

    private final Vertx vertx;
    private final RunnerOptions options;
    private final String boot = UUID.randomUUID().toString();
    private final Desk desk;
    private final Health health;
    private final Set<ServerWebSocket> sockets = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    public Runner(Vertx vertx, RunnerOptions options) {
        this(vertx, options, InstantSource.system());
    }

    Runner(Vertx vertx, RunnerOptions options, InstantSource clock) {
        this.vertx = vertx;
        this.options = options;
        this.desk = new Desk(vertx, options, clock);
        this.health = new Health(clock);
    }

    /** Listens; the actual port. Call it once. */
    public Future<Integer> start() {
        HttpServerOptions http = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(MAX_INCOMING_FRAME)
                .setMaxWebSocketMessageSize(MAX_INCOMING_MESSAGE)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false); // it has no limit on what a message inflates to
        server = vertx.createHttpServer(http)
                .requestHandler(this::route)
                .webSocketHandshakeHandler(Runner::shake)
                .webSocketHandler(this::connected);
        return server.listen(options.port(), options.host()).map(HttpServer::actualPort);
    }

    /** Kills the handler with its children, closes connections, deletes the runner's files. Idempotent. */
    public Future<Void> stop() {
        sockets.forEach(socket -> socket.close(GOING_AWAY, "the runner stops"));
        return desk.stop()
                .eventually(() -> server == null ? Future.succeededFuture() : server.close())
                .compose(_ -> vertx.executeBlocking(() -> {
                    deleteFiles();
                    return null;
                }));
    }

    private void deleteFiles() throws IOException {
        Path workDir = options.workDir();
        SkillPackage.delete(workDir.resolve("code"));
        Files.deleteIfExists(workDir.resolve("package.zip"));
        Files.deleteIfExists(workDir.resolve("bootstrap.py"));
    }

    private static void shake(ServerWebSocketHandshake handshake) {
        if (handshake.path().equals("/ws")) {
            handshake.accept();
        } else {
            handshake.reject(404);
        }
    }

    private void connected(ServerWebSocket socket) {
        sockets.add(socket);
        Link link = new Link(vertx, socket, desk, options.limits().framesPerSecond());
        link.open(boot, () -> sockets.remove(socket));
    }

    private void route(HttpServerRequest request) {
        String call = request.method() + " " + request.path();
        switch (call) {
            case "GET /ping" -> {
                health.update(desk.isBusy());
                request.response().putHeader("content-type", "application/json").end(health.json());
            }
            case "POST /invocations" -> receive(request);
            case "GET /ws" -> refuse(request, 426, "upgrade_required", "this is a WebSocket");
            default -> {
                boolean known = PATHS.contains(request.path());
                refuse(request, known ? 405 : 404, known ? "method_not_allowed" : "not_found",
                        "there is no such thing");
            }
        }
    }

    private void receive(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BODY) {
                request.handler(_ -> {});
                request.endHandler(_ -> {});
                request.response().putHeader("connection", "close");
                refuse(request, 413, "too_large", "the body is larger than " + MAX_BODY + " bytes");
                request.connection().close();
                return;
            }
            body.appendBuffer(chunk);
        });
        request.endHandler(_ -> invoke(request, body.getBytes()));
    }

    private void invoke(HttpServerRequest request, byte[] body) {
        Invocation invocation;
        try {
            invocation = Invocation.parse(body);
        } catch (IllegalArgumentException e) {
            refuse(request, 400, "invalid", e.getMessage());
            return;
        }
        Execution.Key key = new Execution.Key("invocation-" + UUID.randomUUID(), 1);
        Optional<Execution> execution = desk.begin(key, invocation.start(), invocation.packageUrl());
        if (execution.isEmpty()) {
            refuse(request, 409, "busy", "another run is executing");
            return;
        }
        String accept = request.getHeader("accept");
        boolean stream = accept != null && accept.contains("text/event-stream");
        new InvocationReply(vertx, request.response(), desk, execution.get(), stream).begin();
    }

    private static void refuse(HttpServerRequest request, int status, String error, String message) {
        request.response().setStatusCode(status).putHeader("content-type", "application/json")
                .end(InvocationReply.errorBody(error, message));
    }
}
