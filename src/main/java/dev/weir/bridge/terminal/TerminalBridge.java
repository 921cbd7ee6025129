package dev.weir.bridge.terminal;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;

/**
 * A shell and the terminal before it: keys go there, output comes here, words about the connection stand between. All state is confined
 * to one event loop.
 */
public final class TerminalBridge implements ShellListener {
    /** Ctrl-], as telnet and AWS's own command line have it. */
    private static final byte DETACH = 0x1d;
    private static final byte INTERRUPT = 0x03;
    private static final long MOST_UNSENT = 1024 * 1024;
    /** A connection that is replaced in that time is not worth a word. */
    private static final Duration SILENT = Duration.ofMillis(600);
    private static final Duration QUIET = Duration.ofMillis(250);
    private static final Duration NUDGE = Duration.ofMillis(150);
    private static final Buffer BELL = Buffer.buffer("\u0007");
    private static final Buffer CLEAR = Buffer.buffer("\u001b[H\u001b[2J\u001b[3J");

    private final Context context;
    private final Outlet outlet;
    private final boolean returning;
    private final Promise<ShellEnd> end;

    private AgentShell shell;
    private volatile ShellAddress address;
    private Buffer shown = Buffer.buffer();
    private Replay replay;
    private int columns;
    private int rows;
    private long unsent;
    private long noteTimer = -1;
    private long quietTimer = -1;
    private boolean fromTheStart;
    private boolean attached;
    private volatile boolean attachedOnce;
    private boolean noted;
    private boolean lost;
    private volatile boolean interrupted;
    private boolean leaving;

    /**
     * Begins nothing yet.
     *
     * @param returning whether the shell may have been there before, and a program in it whose screen is to be painted again
     */
    public TerminalBridge(Context context, Outlet outlet, boolean returning) {
        this.context = context;
        this.outlet = outlet;
        this.returning = returning;
        this.fromTheStart = !returning;
        this.end = ((ContextInternal) context).promise();
    }

    /** Connects. Completes when there is nothing more to show, with the reason. */
    public Future<ShellEnd> start(AgentShells shells, ShellAddress where, int wide, int high) {
        context.runOnContext(v -> {
            address = where;
            columns = wide;
            rows = high;
            shell = shells.open(where, this);
            shell.resize(columns, rows);
            noteLater("connecting; Ctrl-C gives up");
        });
        return end.future();
    }

    /** Keys. Ctrl-] detaches, at the latest when it is pressed again; what cannot be sent rings the bell. */
    public void typed(Buffer bytes) {
        context.runOnContext(v -> keys(bytes));
    }

    /** The terminal is gone, or this process must: lets the shell go on alone. */
    public void leave() {
        context.runOnContext(v -> detach());
    }

    public void resized(int wide, int high) {
        context.runOnContext(v -> {
            if (wide != columns || high != rows) {
                columns = wide;
                rows = high;
                shell.resize(columns, rows);
            }
        });
    }

    /** For the {@link Outlet}: too much waits to be shown, or no longer. */
    public void hold(boolean held) {
        context.runOnContext(v -> {
            if (held) {
                shell.pause();
            } else {
                shell.resume();
            }
        });
    }

    /** As the service names it; null before the start. */
    public ShellAddress address() {
        return address;
    }

    /** Whether it was given up before there was a shell. */
    public boolean isInterrupted() {
        return interrupted;
    }

    /** Whether there was a shell at any time. */
    public boolean wasThere() {
        return attachedOnce;
    }

    private void keys(Buffer bytes) {
        int at = indexOf(bytes, DETACH);
        if (!attachedOnce && indexOf(bytes, INTERRUPT) >= 0) {
            interrupted = true;
            detach();
        } else if (at < 0) {
            send(bytes);
        } else if (at == 0 || leaving) {
            detach();
        } else {
            leaving = true;
            send(bytes.slice(0, at)).onComplete(v -> detach());
        }
    }

    private Future<Void> send(Buffer bytes) {
        if (!attached || unsent + bytes.length() > MOST_UNSENT) {
            outlet.out(BELL);
            return Future.succeededFuture();
        }
        unsent += bytes.length();
        return shell.write(bytes).onComplete(v -> context.runOnContext(w -> unsent -= bytes.length()));
    }

    private void detach() {
        leaving = true;
        shell.detach();
    }

    @Override
    public void attached(ShellAddress where, boolean again) {
        address = where;
        attached = true;
        attachedOnce = true;
        cancelNote();
        if (noted) {
            noted = false;
            note("connected" + (again ? " again" : ""));
        }
        lost = false;
        if (again) {
            replay = new Replay(shown, fromTheStart);
            decideLater();
        } else if (returning) {
            nudge();
        }
    }

    @Override
    public void output(Buffer bytes) {
        if (replay == null) {
            show(bytes);
        } else if (replay.hear(bytes)) {
            decide();
        } else {
            decideLater();
        }
    }

    @Override
    public void confirmed(ShellStatus.Confirmed status) {
        long dropped = status.bytesDropped().orElse(0);
        if (dropped > 0) {
            lost = true;
            note(dropped + " bytes of output are lost");
        }
        if (!status.reconnected() && shown.length() > 0 && replay != null) {
            shown = Buffer.buffer();
            fromTheStart = true;
            note("the shell was gone; this is a new one");
            decide();
        }
    }

    @Override
    public void diagnostics(String text) {
        note(text);
    }

    @Override
    public void detached(String why) {
        attached = false;
        decide();
        noteLater(why + "; connecting again");
    }

    @Override
    public void ended(ShellEnd how) {
        decide();
        cancelNote();
        end.tryComplete(how);
    }

    private void decideLater() {
        cancel(quietTimer);
        quietTimer = context.owner().setTimer(QUIET.toMillis(), id -> decide());
    }

    private void decide() {
        cancel(quietTimer);
        if (replay == null) {
            return;
        }
        Replay.Verdict verdict = replay.verdict(lost);
        replay = null;
        if (verdict.anew()) {
            outlet.out(CLEAR);
            shown = Buffer.buffer();
            fromTheStart = false;
        }
        show(verdict.bytes());
        if (attached) {
            nudge();
        }
    }

    private void show(Buffer bytes) {
        if (bytes.length() == 0) {
            return;
        }
        outlet.out(bytes);
        shown.appendBuffer(bytes);
        if (shown.length() > 2 * Replay.KEPT) {
            shown = shown.getBuffer(shown.length() - Replay.KEPT, shown.length());
            fromTheStart = false;
        }
    }

    /** A program paints its screen again when the size changes; an equal size would not reach it. */
    private void nudge() {
        shell.resize(columns, rows > 1 ? rows - 1 : rows + 1);
        long _ = context.owner().setTimer(NUDGE.toMillis(), id -> shell.resize(columns, rows));
    }

    private void noteLater(String text) {
        cancelNote();
        noteTimer = context.owner().setTimer(SILENT.toMillis(), id -> {
            noted = true;
            note(text);
        });
    }

    private void cancelNote() {
        cancel(noteTimer);
    }

    private void cancel(long timer) {
        context.owner().cancelTimer(timer);
    }

    /** The terminal is raw: a line must also be led back to its beginning. */
    private void note(String text) {
        outlet.err(Buffer.buffer("\r\n[weir: " + text + "]\r\n"));
    }

    private static int indexOf(Buffer bytes, byte wanted) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.getByte(i) == wanted) {
                return i;
            }
        }
        return -1;
    }
}
