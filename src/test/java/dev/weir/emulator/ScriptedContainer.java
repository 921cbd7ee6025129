package dev.weir.emulator;

import dev.weir.emulator.session.Container;
import dev.weir.emulator.session.ContainerStarter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A container that does what the caller's first word says; one server for each session. */
final class ScriptedContainer implements ContainerStarter {
    final AtomicInteger started = new AtomicInteger();
    final AtomicInteger stopped = new AtomicInteger();
    final AtomicInteger pings = new AtomicInteger();
    final AtomicInteger openInvocations = new AtomicInteger();
    final AtomicInteger framesWritten = new AtomicInteger();
    final List<Path> directories = new CopyOnWriteArrayList<>();
    final List<Short> closeCodes = new CopyOnWriteArrayList<>();
    final Map<String, String> lastHeaders = new ConcurrentHashMap<>();
    volatile String ping = "{\"status\":\"Healthy\"}";
    volatile boolean answersUpgrades = true;
    private final Vertx vertx;

    ScriptedContainer(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<Container> start(Path sessionDir) {
        started.incrementAndGet();
        directories.add(sessionDir);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0)
                .setMaxWebSocketFrameSize(1 << 20).setMaxWebSocketMessageSize(1 << 20));
        return server.requestHandler(request -> handle(request, sessionDir)).listen()
                .map(up -> new Container(up.actualPort(), () -> {
                    stopped.incrementAndGet();
                    return up.close();
                }));
    }

    private void handle(HttpServerRequest request, Path dir) {
        switch (request.path()) {
            case "/ping" -> {
                pings.incrementAndGet();
                if (ping.isEmpty()) {
                    request.response().setStatusCode(503).end();
                } else {
                    request.response().end(ping);
                }
            }
            case "/invocations" -> {
                request.headers()
                        .forEach((name, value) -> lastHeaders.put(name.toLowerCase(Locale.ROOT), value));
                request.body().onSuccess(body -> invoke(request, body, dir));
            }
            case "/ws" -> {
                if (answersUpgrades) {
                    request.toWebSocket().onSuccess(this::converse);
                }
            }
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void invoke(HttpServerRequest request, Buffer body, Path dir) {
        openInvocations.incrementAndGet();
        AtomicBoolean over = new AtomicBoolean();
        Handler<Void> finished = _ -> {
            if (over.compareAndSet(false, true)) {
                openInvocations.decrementAndGet();
            }
        };
        request.response().endHandler(finished).closeHandler(finished);
        switch (body.toString()) {
            case "fail" -> request.response().setStatusCode(500).end("a secret of the container");
            case "hang" -> {
            }
            case "sse" -> events(request, 0, 3);
            case "endless" -> events(request, 0, Integer.MAX_VALUE);
            case "dir" -> request.response().end(Boolean.toString(Files.isDirectory(dir)));
            default -> request.response().putHeader("Content-Type", "application/json").end(body);
        }
    }

    private void events(HttpServerRequest request, int n, int count) {
        if (n == 0) {
            request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        }
        if (n == count) {
            request.response().end();
            return;
        }
        request.response().write("data: " + n + "\n\n");
        vertx.setTimer(5, _ -> {
            if (!request.response().closed()) {
                events(request, n + 1, count);
            }
        });
    }

    private void converse(ServerWebSocket socket) {
        socket.closeHandler(_ -> closeCodes.add(socket.closeStatusCode()));
        socket.frameHandler(frame -> {
            if (frame.isText() && frame.isFinal() && frame.textData().startsWith("!")) {
                command(socket, frame.textData());
            } else if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
                socket.writeFrame(frame);
            }
        });
    }

    private void command(ServerWebSocket socket, String command) {
        switch (command) {
            case "!close" -> socket.close((short) 4001, "as told");
            case "!die" -> {
                var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
            }
            case "!flood" -> flood(socket);
            case "!burst" -> {
                for (int i = 0; i < 60; i++) {
                    socket.writeTextMessage("n" + i);
                }
            }
            case "!big" -> socket.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[70_000]), true));
            default -> throw new IllegalArgumentException(command);
        }
    }

    private void flood(ServerWebSocket socket) {
        while (!socket.isClosed() && !socket.writeQueueFull()) {
            socket.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[32_768]), true));
            framesWritten.incrementAndGet();
        }
        if (!socket.isClosed()) {
            socket.drainHandler(_ -> flood(socket));
        }
    }
}
