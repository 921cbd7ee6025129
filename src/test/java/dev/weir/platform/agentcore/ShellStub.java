package dev.weir.platform.agentcore;

import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A shell service that does as the test says; remembers what it was asked and sent. */
final class ShellStub {
    static final ShellAddress ADDRESS = new ShellAddress("session-0123456789abcdef0123456789abcdef", "shell-1");
    /** Comes back within milliseconds, gives up within a second. */
    static final ShellRetry QUICK = new ShellRetry(3, List.of(Duration.ofMillis(4), Duration.ofMillis(8)),
            Duration.ofMillis(12), Duration.ofSeconds(1), RandomGenerator.of("L64X128MixRandom"));

    final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
    final List<Buffer> messages = new CopyOnWriteArrayList<>();
    final List<Long> times = new CopyOnWriteArrayList<>();
    final List<Short> closes = new CopyOnWriteArrayList<>();
    volatile Predicate<HttpServerRequest> refusal = request -> false;
    volatile boolean echoing = true;
    volatile Consumer<ServerWebSocket> greeting = socket -> {};
    final int port;
    private final Vertx vertx;

    ShellStub(Vertx vertx) throws Exception {
        this.vertx = vertx;
        this.port = AgentStub.http(vertx, this::asked);
    }

    ReattachingShell shell(AgentCoreConfig config, ShellAuth auth, CredentialsCache credentials, ShellProbe probe) {
        return shell(config, auth, credentials, QUICK, probe);
    }

    ReattachingShell shell(AgentCoreConfig config, ShellAuth auth, CredentialsCache credentials, ShellRetry retry,
            ShellProbe probe) {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        ShellDialer dialer = new ShellDialer(vertx, config, credentials,
                new AgentSigner(config.region(), Clock.systemUTC()), auth);
        ReattachingShell shell = new ReattachingShell(vertx, context,
                new ReattachingShell.Ways(dialer, retry, config::maxConnectionAge), ADDRESS, probe);
        shell.start();
        return shell;
    }

    ReattachingShell shell(ShellProbe probe) {
        return shell(AgentStub.config(port), new ShellAuth.Signed(), AgentStub.credentials(), probe);
    }

    /** The newest connection. */
    ServerWebSocket socket() {
        return sockets.getLast();
    }

    void say(ShellFrame frame) {
        socket().writeBinaryMessage(ShellFrames.encode(frame));
    }

    void cut() {
        var _ = ((WebSocketInternal) socket()).channelHandlerContext().close();
    }

    void awaitConnections(int count) {
        await().until(() -> sockets.size() == count);
    }

    List<ShellFrame> frames() {
        return messages.stream().map(ShellFrames::decode).toList();
    }

    /** All that was typed, joined. */
    Buffer typed() {
        Buffer all = Buffer.buffer();
        frames().forEach(frame -> {
            if (frame instanceof ShellFrame.Stdin(Buffer bytes)) {
                all.appendBuffer(bytes);
            }
        });
        return all;
    }

    private void asked(HttpServerRequest request) {
        requests.add(request);
        if (!refusal.test(request)) {
            accept(request);
        }
    }

    void accept(HttpServerRequest request) {
        request.response().putHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id",
                "adopted-0123456789abcdef0123456789abcdef")
                .putHeader("X-Amzn-Bedrock-AgentCore-Shell-Id", "adopted");
        request.toWebSocket().onSuccess(socket -> {
            socket.binaryMessageHandler(message -> {
                times.add(System.nanoTime());
                messages.add(message);
                if (echoing && message.getByte(0) == 5) {
                    socket.writeBinaryMessage(message);
                }
            });
            socket.closeHandler(v -> closes.add(socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode()));
            sockets.add(socket);
            greeting.accept(socket);
        });
    }
}
