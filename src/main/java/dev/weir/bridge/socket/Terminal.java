package dev.weir.bridge.socket;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellLimits;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * A client's terminal. The client's messages are those of AgentCore's command shells, as if it were connected to AgentCore itself; what
 * happens to the connection behind the gateway it is told on the channel for diagnostics. A client that leaves lets the shell be, and finds
 * it, with the end of its output, when it comes back.
 */
public final class Terminal implements ShellListener, MessageSocket.Listener {
    private static final int ENDED = 1000;
    private static final int INTERNAL = 1011;
    private static final int TAKEN_OVER = 4000;
    /** Bytes on the way, either way, at which whoever sends them is held up. */
    private static final long HIGH = 256 * 1024;
    private static final long LOW = 64 * 1024;

    private final Context context;
    private final MessageSocket client;
    /** What was typed while there was no connection; the client is not read then, so it is little. */
    private final Deque<Buffer> waiting = new ArrayDeque<>();
    private AgentShell shell;
    private boolean attached;
    private long typed;
    private long shown;

    private Terminal(Context context, MessageSocket client) {
        this.context = context;
        this.client = client;
    }

    /**
     * Connects to the shell; the result is to be told what the client says.
     *
     * @param context the event loop on which everything happens
     */
    public static Terminal open(Context context, AgentShells shells, ShellAddress address, MessageSocket client) {
        Terminal terminal = new Terminal(context, client);
        client.pause();
        context.runOnContext(_ -> terminal.shell = shells.open(address, terminal));
        return terminal;
    }

    @Override
    public void message(Buffer message) {
        context.runOnContext(_ -> said(message));
    }

    private void said(Buffer message) {
        switch (ShellFrames.decode(message)) {
            case ShellFrame.Stdin(Buffer bytes) -> type(bytes);
            case ShellFrame.Resize(int columns, int rows) -> shell.resize(columns, rows);
            case ShellFrame.Heartbeat heartbeat -> shell.confirm().onSuccess(_ -> tell(heartbeat));
            case ShellFrame.Close _ -> shell.terminate();
            default -> {
                // as the service does: what is not for it is passed over
            }
        }
    }

    @Override
    public void closed() {
        context.runOnContext(_ -> shell.detach());
    }

    @Override
    public void attached(ShellAddress address, boolean again) {
        attached = true;
        List<Buffer> queued = List.copyOf(waiting);
        waiting.clear();
        queued.forEach(this::type);
        client.resume();
        if (again) {
            note("connected again; what was shown may be shown once more");
        }
    }

    @Override
    public void confirmed(ShellStatus.Confirmed status) {
        tell(new ShellFrame.Status(status));
    }

    @Override
    public void output(Buffer bytes) {
        for (int from = 0; from < bytes.length(); from += ShellLimits.CHUNK) {
            tell(new ShellFrame.Stdout(bytes.slice(from, Math.min(bytes.length(), from + ShellLimits.CHUNK))));
        }
    }

    @Override
    public void diagnostics(String text) {
        tell(new ShellFrame.Stderr(Buffer.buffer(text)));
    }

    @Override
    public void detached(String why) {
        attached = false;
        client.pause();
        note(why + "; connecting again");
    }

    @Override
    public void ended(ShellEnd end) {
        switch (end) {
            case ShellEnd.Exited(OptionalInt code) -> {
                code.ifPresent(known -> tell(
                        new ShellFrame.Status(new ShellStatus.Exited(known, OptionalInt.empty()))));
                farewell();
            }
            case ShellEnd.Left _ -> farewell();
            case ShellEnd.TakenOver _ -> client.close(TAKEN_OVER, "another client has taken the shell");
            case ShellEnd.Faulty _ -> client.close(INTERNAL, "the service refused what was sent");
            case ShellEnd.Unreachable unreachable -> client.fail(new ProblemException(unreachable.problem()));
        }
    }

    private void farewell() {
        tell(new ShellFrame.Close());
        client.close(ENDED, "the shell has ended");
    }

    private void note(String text) {
        diagnostics("[weir] " + text + "\r\n");
    }

    private void type(Buffer bytes) {
        int length = bytes.length();
        if (length == 0) {
            return;
        }
        if (!attached) {
            waiting.add(bytes);
            return;
        }
        typed += length;
        if (typed > HIGH) {
            client.pause();
        }
        shell.write(bytes).onComplete(written -> context.runOnContext(_ -> {
            typed -= length;
            if (attached && typed <= LOW) {
                client.resume();
            }
            if (written.failed()) {
                note("what you typed may not have arrived");
            }
        }));
    }

    private void tell(ShellFrame frame) {
        Buffer message = ShellFrames.encode(frame);
        int length = message.length();
        shown += length;
        if (shown > HIGH) {
            shell.pause();
        }
        client.send(message).onComplete(_ -> context.runOnContext(_ -> {
            shown -= length;
            if (shown <= LOW) {
                shell.resume();
            }
        }));
    }
}
