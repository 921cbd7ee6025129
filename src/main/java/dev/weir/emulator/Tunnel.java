package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.MessageMeter.Reading;
import dev.weir.emulator.session.Ending;
import dev.weir.emulator.session.MicroVm;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A caller's WebSocket joined to its container's. Closes with 1009 over the message size, 1008 over the rate or the connection's life,
 * 1001 when the session ends, 1011 when the container is gone; any other close is passed on. One event loop.
 */
final class Tunnel {
    private static final int GOING_AWAY = 1001;
    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;
    private static final int SERVER_ERROR = 1011;
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final EmulatorConfig config;
    private final MicroVm machine;
    private final WebSocket client;
    private final WebSocket container;
    private final Pump inbound;
    private final Pump outbound;
    private final Runnable onClosed;
    private final Consumer<Ending> onEnd = this::sessionEnded;
    private final List<Long> timers = new ArrayList<>();
    private boolean over;

    /**
     * Both sockets must be paused.
     *
     * @param onClosed called once, when the tunnel has ended
     */
    Tunnel(Vertx vertx, EmulatorConfig config, MicroVm machine, WebSocket client, WebSocket container,
            Runnable onClosed) {
        this.vertx = vertx;
        this.config = config;
        this.machine = machine;
        this.client = client;
        this.container = container;
        this.onClosed = onClosed;
        this.inbound = new Pump(vertx, client, container, new MessageMeter(config.limits()),
                config.faults().slowReader(), new FromClient());
        this.outbound = new Pump(vertx, container, client, new MessageMeter(config.limits()), Duration.ZERO,
                new FromContainer());
    }

    void open() {
        if (!machine.visit(onEnd)) {
            end(GOING_AWAY, "session ended", GOING_AWAY);
            return;
        }
        machine.touch();
        for (WebSocket socket : List.of(client, container)) {
            if (!socket.isClosed()) {
                socket.drainHandler(_ -> {
                    inbound.update();
                    outbound.update();
                });
            }
        }
        after(config.limits().connectionTtl(), () -> end(POLICY, "connection lifetime reached", GOING_AWAY));
        if (!config.faults().cutEvery().isZero()) {
            after(config.faults().cutEvery(), this::cut);
        }
        inbound.start(failure -> protocolError(failure, true));
        outbound.start(failure -> protocolError(failure, false));
    }

    /** Ends both sides once; a side that does not finish its close handshake is cut. */
    private void end(int clientCode, String reason, int containerCode) {
        if (over) {
            return;
        }
        over = true;
        timers.forEach(vertx::cancelTimer);
        machine.leave(onEnd);
        inbound.stop();
        outbound.stop();
        close(client, clientCode, reason);
        close(container, containerCode, reason);
        onClosed.run();
    }

    private void close(WebSocket socket, int code, String reason) {
        if (!socket.isClosed()) {
            long guard = vertx.setTimer(CLOSE_GRACE.toMillis(), _ -> sever(socket));
            socket.close((short) code, reason).onComplete(_ -> vertx.cancelTimer(guard));
        }
    }

    /** The cut-connection fault: the caller sees its TCP connection end in the midst of things. */
    private void cut() {
        sever(client);
        end(GOING_AWAY, "cut", GOING_AWAY);
    }

    /** From this handler's place in the pipeline, so that Vert.x does not send a close frame first. */
    private static void sever(WebSocket socket) {
        var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
    }

    private void protocolError(Throwable failure, boolean isCallers) {
        if (failure instanceof CorruptedWebSocketFrameException corrupted) {
            int code = corrupted.closeStatus().code();
            if (isCallers) {
                end(code, "protocol error", GOING_AWAY);
            } else {
                end(SERVER_ERROR, "container broke the protocol", code);
            }
        }
        // Anything else is followed by the close of the connection, which the pump reports.
    }

    private void sessionEnded(Ending ending) {
        end(ending.closeCode(), ending.reason(), GOING_AWAY);
    }

    private void exceeded(Reading reading) {
        if (reading == Reading.TOO_BIG) {
            end(TOO_BIG, "message too big", GOING_AWAY);
        } else {
            end(POLICY, "too many messages", GOING_AWAY);
        }
    }

    private void after(Duration delay, Runnable action) {
        timers.add(vertx.setTimer(delay.toMillis(), _ -> action.run()));
    }

    /** A code may be sent if it is one of the registered ones that are meant for the wire, or an application's own. */
    private static int sendable(int code, int otherwise) {
        boolean registered = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        return registered || (code >= 3000 && code <= 4999) ? code : otherwise;
    }

    /** Reports of the pump that reads the caller. */
    private final class FromClient implements Pump.Events {
        @Override
        public void moved() {
            machine.touch();
        }

        @Override
        public void exceeded(Reading reading) {
            Tunnel.this.exceeded(reading);
        }

        @Override
        public void finished(int code, String reason) {
            end(1000, "", code == 1005 ? 1000 : sendable(code, GOING_AWAY));
        }
    }

    /** Reports of the pump that reads the container. */
    private final class FromContainer implements Pump.Events {
        @Override
        public void moved() {
            machine.touch();
        }

        @Override
        public void exceeded(Reading reading) {
            Tunnel.this.exceeded(reading);
        }

        @Override
        public void finished(int code, String reason) {
            boolean gone = code == 1006;
            end(code == 1005 ? 1000 : sendable(code, SERVER_ERROR), gone ? "container gone" : reason, 1000);
        }
    }
}
