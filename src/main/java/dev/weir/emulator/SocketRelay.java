package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.MicroVm;
import dev.weir.emulator.session.Tuning;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/**
 * InvokeAgentRuntimeWithWebSocketStream: connects to the container first and answers 101 only then, so that a container that is not there
 * is an HTTP answer. One event loop.
 */
final class SocketRelay {
    private static final int MAX_CONNECTIONS_PER_CONTAINER = 256;

    private final Vertx vertx;
    private final EmulatorConfig config;
    private final Tuning tuning;
    private final WebSocketClient client;
    private int open;

    SocketRelay(Vertx vertx, EmulatorConfig config, Tuning tuning) {
        this.vertx = vertx;
        this.config = config;
        this.tuning = tuning;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(MAX_CONNECTIONS_PER_CONTAINER)
                .setMaxFrameSize(maxFrame(config))
                .setMaxMessageSize(maxFrame(config))
                .setTryUsePerMessageCompression(false)
                .setTryUsePerFrameCompression(false));
    }

    /** One byte more than is allowed, so that we, not the decoder, see most frames that are too big. */
    static int maxFrame(EmulatorConfig config) {
        return config.limits().maxMessageBytes() + 1;
    }

    int open() {
        return open;
    }

    Future<Void> close() {
        return client.close();
    }

    /** The caller's request is paused; fails with an {@link AwsFault} while an HTTP answer is still possible. */
    Future<Void> relay(Call call, MicroVm machine, Query query) {
        WebSocketConnectOptions target = new WebSocketConnectOptions().setHost("127.0.0.1").setPort(machine.port())
                .setURI("/ws").setHeaders(call.containerHeaders(machine.key(), query))
                .setTimeout(tuning.start().toMillis()).setConnectTimeout(tuning.start().toMillis());
        return client.connect(target)
                .recover(_ -> Future.failedFuture(AwsFault.runtimeFailed("The runtime did not accept the WebSocket.")))
                .compose(container -> {
                    container.pause();
                    return accept(call, machine, container);
                });
    }

    private Future<Void> accept(Call call, MicroVm machine, WebSocket container) {
        call.answer(machine.key());
        return call.request().toWebSocket()
                .onFailure(_ -> container.close((short) 1001, "caller gone"))
                .map(socket -> {
                    socket.pause();
                    open++;
                    new Tunnel(vertx, config, machine, socket, container, () -> open--).open();
                    return null;
                });
    }
}
