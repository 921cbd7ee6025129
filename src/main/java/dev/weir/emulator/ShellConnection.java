package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.MessageMeter.Reading;
import dev.weir.emulator.session.Ending;
import dev.weir.emulator.session.MicroVm;
import dev.weir.emulator.shell.Shell;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellLimits;
import dev.weir.wire.shell.ShellStatus;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One connection to a shell. Closes with 1009 over the message size, 1008 over the rate or the connection's life, 1003 after five texts in
 * a row, 4000 when another connection takes the shell, 1001 when the session ends, 1000 when the shell has ended. One event loop.
 */
final class ShellConnection implements Shell.Viewer {
    private static final int OUTPUT_PIECE = 32 * 1024;
    private static final int SIGNALLED = 128;
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final EmulatorConfig config;
    private final MicroVm machine;
    private final Shell shell;
    private final ServerWebSocket socket;
    private final MessageMeter meter;
    private final Runnable onClosed;
    private final Consumer<Ending> onEnd = this::sessionEnded;
    private final List<Long> timers = new ArrayList<>();
    private Buffer message = Buffer.buffer();
    private boolean binary;
    private boolean napping;
    private boolean flooded;
    private boolean ending;
    private boolean confirmationDue;
    private boolean existedBefore;
    private int texts;
    private boolean over;

    /** {@code socket} must be paused; {@code onClosed} is called once. */
    ShellConnection(Vertx vertx, EmulatorConfig config, MicroVm machine, Shell shell, ServerWebSocket socket,
            Runnable onClosed) {
        this.vertx = vertx;
        this.config = config;
        this.machine = machine;
        this.shell = shell;
        this.socket = socket;
        this.meter = new MessageMeter(config.limits());
        this.onClosed = onClosed;
    }

    void open(boolean existed) {
        if (socket.isClosed() || !machine.visit(onEnd)) {
            shell.unclaim();
            close(Ending.TERMINATED.closeCode(), Ending.TERMINATED.reason());
            return;
        }
        machine.touch();
        socket.drainHandler(_ -> shell.drained());
        socket.frameHandler(this::arrived);
        socket.exceptionHandler(failure -> {
            if (failure instanceof CorruptedWebSocketFrameException corrupted) {
                close(corrupted.closeStatus().code(), "protocol error");
            }
        });
        socket.closeHandler(_ -> gone());
        timers.add(vertx.setTimer(config.limits().connectionTtl().toMillis(),
                _ -> close(1008, "connection lifetime reached")));
        if (!config.faults().cutEvery().isZero()) {
            timers.add(vertx.setTimer(config.faults().cutEvery().toMillis(), _ -> sever()));
        }
        greet(shell.attach(this, existed, config.shells().replay().equals("all")));
        hold();
    }

    private void greet(Shell.Past past) {
        String handshake = config.shells().handshake();
        boolean twice = handshake.equals("twice") && past.existed();
        if (handshake.equals("confirmed") || handshake.equals("twice")) {
            confirm(past, twice ? OptionalLong.empty() : past.dropped());
        }
        for (int at = 0; at < past.replay().length(); at += OUTPUT_PIECE) {
            output(past.replay().getBuffer(at, Math.min(at + OUTPUT_PIECE, past.replay().length())));
        }
        if (twice) {
            confirm(past, past.dropped());
        }
        confirmationDue = handshake.equals("late");
        existedBefore = past.existed();
        if (confirmationDue && past.replay().length() > 0) {
            confirmationDue = false;
            confirm(past, past.dropped());
        }
    }

    private void confirm(Shell.Past past, OptionalLong dropped) {
        send(new ShellFrame.Status(new ShellStatus.Confirmed(shell.id(), past.existed(), dropped)));
    }

    private void send(ShellFrame frame) {
        if (!socket.isClosed()) {
            socket.writeBinaryMessage(ShellFrames.encode(frame));
        }
    }

    @Override
    public boolean output(Buffer bytes) {
        if (over || socket.isClosed()) {
            return true;
        }
        machine.touch();
        send(new ShellFrame.Stdout(bytes));
        if (confirmationDue) {
            confirmationDue = false;
            send(new ShellFrame.Status(new ShellStatus.Confirmed(shell.id(), existedBefore, OptionalLong.empty())));
        }
        return !socket.writeQueueFull();
    }

    @Override
    public void typable() {
        flooded = false;
        hold();
    }

    @Override
    public void replaced() {
        close(4000, "replaced by a newer connection");
    }

    @Override
    public void hungUp() {
        close(Ending.TERMINATED.closeCode(), Ending.TERMINATED.reason());
    }

    @Override
    public void exited(int code) {
        if (ending) {
            send(new ShellFrame.Close());
        } else {
            send(new ShellFrame.Status(new ShellStatus.Exited(code,
                    code > SIGNALLED ? OptionalInt.of(code - SIGNALLED) : OptionalInt.empty())));
        }
        close(1000, "");
    }

    private void arrived(WebSocketFrame frame) {
        if (over) {
            return;
        }
        machine.touch();
        if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
            message = Buffer.buffer();
        }
        Reading reading = meter.count(frame.binaryData().length(), frame.isFinal(), System.nanoTime());
        if (reading != Reading.FINE) {
            close(reading == Reading.TOO_BIG ? 1009 : 1008,
                    reading == Reading.TOO_BIG ? "message too big" : "too many messages");
            return;
        }
        message.appendBuffer(frame.binaryData());
        if (frame.isFinal()) {
            complete();
        }
    }

    private void complete() {
        if (!binary) {
            if (++texts >= ShellLimits.TEXTS) {
                close(1003, "text messages are not understood");
            }
            return;
        }
        texts = 0;
        switch (ShellFrames.decode(message)) {
            case ShellFrame.Stdin(Buffer bytes) -> flooded = !shell.type(bytes);
            case ShellFrame.Resize(int columns, int rows) -> shell.resize(columns, rows);
            case ShellFrame.Heartbeat heartbeat -> send(heartbeat);
            case ShellFrame.Close() -> {
                ending = true;
                shell.hangUp();
            }
            case ShellFrame.Stdout _,ShellFrame.Stderr _,ShellFrame.Status _,ShellFrame.Unknown _,ShellFrame.Malformed _ -> {
                // meant for the other direction, or for nobody: passed over
            }
        }
        if (!config.faults().slowReader().isZero()) {
            napping = true;
            timers.add(vertx.setTimer(config.faults().slowReader().toMillis(), _ -> {
                napping = false;
                hold();
            }));
        }
        hold();
    }

    /** Reads on, or not. */
    private void hold() {
        if (over || !(napping || flooded)) {
            socket.resume();
        } else {
            socket.pause();
        }
    }

    private void sessionEnded(Ending ended) {
        close(ended.closeCode(), ended.reason());
    }

    private void sever() {
        var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
        gone();
    }

    private void close(int code, String reason) {
        if (over) {
            return;
        }
        gone();
        if (!socket.isClosed()) {
            long guard = vertx.setTimer(CLOSE_GRACE.toMillis(), _ -> sever());
            socket.close((short) code, reason).onComplete(_ -> vertx.cancelTimer(guard));
        }
    }

    private void gone() {
        if (!over) {
            over = true;
            timers.forEach(vertx::cancelTimer);
            machine.leave(onEnd);
            shell.detach(this);
            socket.resume();
            onClosed.run();
        }
    }
}
