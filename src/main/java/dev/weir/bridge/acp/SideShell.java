package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/**
 * A second shell in the same microVM, for what cannot be said through the terminal that the agent has. Needs no other permission than the
 * first. There is one, whatever is asked of it, because a session may have ten; it is ended when nothing was asked for a while. Commands run
 * one after the other, and again after a broken connection, so they must bear that. One event loop.
 */
final class SideShell implements ShellListener {
    /** What the commands may print. */
    static final int MOST_OUTPUT = 256 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String BEGIN = "BEGIN-";
    private static final String END = "END-";

    private final Vertx vertx;
    private final AgentShells shells;
    private final Deque<Errand> errands = new ArrayDeque<>();
    private final StringBuilder seen = new StringBuilder();
    private ShellAddress address;
    private AgentShell shell;
    private String nonce = "";
    private boolean attached;
    private boolean began;
    private long idleTimer = -1;

    private record Errand(String commands, Promise<String> printed) {}

    SideShell(Vertx vertx, AgentShells shells) {
        this.vertx = vertx;
        this.shells = shells;
    }

    /** What the commands print, as text without blanks around; fails if that has not come in {@code limit}. */
    Future<String> run(ShellAddress beside, String commands, Duration limit) {
        return print(beside, commands, limit).map(printed -> printed.replace("\r", "").strip());
    }

    /** What the commands print, byte for byte; fails if that has not come in {@code limit}. */
    Future<byte[]> bytes(ShellAddress beside, String commands, Duration limit) {
        return print(beside, commands, limit).map(printed -> printed.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Ends it; what is asked for fails. */
    void close() {
        vertx.cancelTimer(idleTimer);
        while (!errands.isEmpty()) {
            errands.removeFirst().printed().tryFail(silence());
        }
        if (shell != null) {
            if (attached) { // whether a service ends a shell that is let go, and when, is not certain, and ten are the most
                var _ = shell.write(Buffer.buffer(" exit\n"));
            }
            shell.terminate();
        }
        forget();
    }

    private Future<String> print(ShellAddress beside, String commands, Duration limit) {
        vertx.cancelTimer(idleTimer);
        if (address == null || !address.session().equals(beside.session())) {
            close();
            address = beside.sibling("side-" + UUID.randomUUID());
        }
        Errand errand = new Errand(commands, Promise.promise());
        errands.addLast(errand);
        if (shell == null) {
            open();
        } else if (attached && errands.size() == 1) {
            type();
        }
        long timer = vertx.setTimer(limit.toMillis(), id -> errand.printed().tryFail(silence()));
        return errand.printed().future().onComplete(v -> {
            vertx.cancelTimer(timer);
            over(errand);
        });
    }

    private void open() {
        shell = shells.open(address, this);
    }

    private void over(Errand errand) {
        boolean current = errand.equals(errands.peekFirst());
        errands.remove(errand);
        if (current && attached && !errands.isEmpty()) {
            type();
        } else if (errands.isEmpty()) {
            vertx.cancelTimer(idleTimer);
            idleTimer = vertx.setTimer(IDLE.toMillis(), id -> close());
        }
    }

    /** One write, which the service gets whole or not at all. */
    private void type() {
        nonce = UUID.randomUUID().toString();
        seen.setLength(0);
        began = false;
        var _ = shell.write(Buffer.buffer(" stty raw -echo;printf '" + BEGIN + "%s:' " + nonce + ";("
                + errands.getFirst().commands() + ")2>&1;printf '" + END + "%s\\n' " + nonce + "\n"));
    }

    @Override
    public void attached(ShellAddress where, boolean again) {
        attached = true;
        if (!errands.isEmpty()) {
            type();
        }
    }

    @Override
    public void output(Buffer bytes) {
        if (nonce.isEmpty() || errands.isEmpty()) {
            return;
        }
        int from = Math.max(0, seen.length() - nonce.length() - BEGIN.length());
        seen.append(bytes.toString(StandardCharsets.ISO_8859_1));
        if (!began) {
            int begin = seen.indexOf(BEGIN + nonce + ":");
            began = begin >= 0;
            seen.delete(0, began
                    ? begin + BEGIN.length() + nonce.length() + 1
                    : Math.max(0, seen.length() - nonce.length() - BEGIN.length() - 1));
            from = 0;
        }
        int end = began ? seen.indexOf(END + nonce, from) : -1;
        if (end >= 0) {
            nonce = "";
            errands.getFirst().printed().tryComplete(seen.substring(0, end));
        } else if (seen.length() > MOST_OUTPUT) {
            nonce = "";
            errands.getFirst().printed().tryFail(silence());
        }
    }

    @Override
    public void detached(String why) {
        attached = false;
    }

    @Override
    public void ended(ShellEnd end) {
        attached = false;
        long _ = vertx.setTimer(PAUSE.toMillis(), id -> {
            if (!attached && !errands.isEmpty() && shell != null) {
                open();
            } else if (!attached) {
                shell = null;
            }
        });
    }

    private void forget() {
        shell = null;
        address = null;
        attached = false;
        nonce = "";
    }

    private static ProblemException silence() {
        return new ProblemException(
                new Problem.Unavailable("a second shell did not answer", Duration.ofSeconds(1), ""));
    }
}
