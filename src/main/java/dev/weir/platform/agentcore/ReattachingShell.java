package dev.weir.platform.agentcore;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentSocket.Closed;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.shell.ShellClose;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shell over one connection after another. All state is confined to one event loop, where the listener is told, too. */
final class ReattachingShell implements AgentShell {
    private static final Logger LOG = LoggerFactory.getLogger(ReattachingShell.class);
    /** A connection that is old is given up when nothing is being written, or after this. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    /** A shell that is to be ended and cannot be reached is left to its idle timeout after this. */
    private static final Duration END_LIMIT = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Context context;
    private final Ways ways;
    private final ShellListener listener;
    private final ShellLosses losses;
    private final Promise<Void> ended = Promise.promise();

    private ShellAddress address;
    private ShellSocket socket;
    private ShellSocket doomed;
    private ShellFrame.Resize size;
    private OptionalInt exitCode;
    private boolean attachedOnce;
    private boolean dialling;
    private boolean machineIsGone;
    private boolean planned;
    private boolean leaving;
    private boolean terminating;
    private boolean paused;
    private boolean over;
    private long ageTimer = -1;

    /**
     * How connections are made.
     *
     * @param age of a connection at which it is replaced; asked for each
     */
    record Ways(ShellDialer dialer, ShellRetry retry, Supplier<Duration> age) {}

    ReattachingShell(Vertx vertx, Context context, Ways ways, ShellAddress address, ShellListener listener) {
        this.vertx = vertx;
        this.context = context;
        this.ways = ways;
        this.address = address;
        this.listener = listener;
        this.losses = new ShellLosses(ways.retry());
    }

    void start() {
        context.runOnContext(v -> connect());
    }

    /** Completes after the listener was told the end. */
    Future<Void> ended() {
        return ended.future();
    }

    /**
     * We are ending this session's machine: however the connection closes then, it is not the end of the shell's program. The result says
     * whether the machine has been ended.
     */
    void machineEnds(String session, Future<Void> stopped) {
        context.runOnContext(v -> {
            if (address.session().equals(session)) {
                doomed = socket;
                stopped.onComplete(w -> context.runOnContext(u -> machineEnded()),
                        failure -> context.runOnContext(u -> doomed = null));
            }
        });
    }

    private void machineEnded() {
        machineIsGone = socket == null;
        if (machineIsGone && leaving) {
            finish(new ShellEnd.Left());
        }
    }

    @Override
    public Future<Void> write(Buffer bytes) {
        return onSocket(each -> each.type(bytes));
    }

    @Override
    public Future<Void> confirm() {
        return onSocket(ShellSocket::confirm);
    }

    @Override
    public void resize(int columns, int rows) {
        context.runOnContext(v -> {
            size = new ShellFrame.Resize(columns, rows);
            if (socket != null) {
                socket.send(size);
            }
        });
    }

    @Override
    public void pause() {
        hold(true);
    }

    @Override
    public void resume() {
        hold(false);
    }

    @Override
    public void detach() {
        leave(false);
    }

    @Override
    public void terminate() {
        leave(true);
    }

    private Future<Void> onSocket(Function<ShellSocket, Future<Void>> action) {
        Promise<Void> done = ((VertxInternal) vertx).promise();
        context.runOnContext(v -> {
            if (socket == null) {
                done.fail(ShellSocket.lost());
            } else {
                action.apply(socket).onComplete(done);
            }
        });
        return done.future();
    }

    private void hold(boolean held) {
        context.runOnContext(v -> {
            paused = held;
            if (socket != null && held) {
                socket.pause();
            } else if (socket != null) {
                socket.resume();
            }
        });
    }

    private void leave(boolean end) {
        context.runOnContext(v -> {
            leaving = true;
            if (end && !terminating) {
                terminating = true;
                long _ = vertx.setTimer(END_LIMIT.toMillis(), id -> finish(new ShellEnd.Left()));
            }
            if (socket == null) {
                boolean thereIsAShell = (attachedOnce || dialling) && !machineIsGone;
                if (!end || !thereIsAShell) {
                    finish(new ShellEnd.Left());
                } // else the next connection ends it
            } else if (end) {
                socket.resume(); // what the end of the shell says is behind its output
                socket.terminate();
            } else {
                socket.detach();
            }
        });
    }

    private void connect() {
        if (over) {
            return;
        }
        dialling = true;
        ways.dialer().open(address).onComplete(this::opened, this::refused);
    }

    private void opened(ShellSocket open) {
        dialling = false;
        if (over) { // let go while it was being made, which may have started the shell
            if (terminating) {
                open.terminate();
            } else {
                open.detach();
            }
            return;
        }
        socket = open;
        address = open.address();
        exitCode = null;
        machineIsGone = false;
        losses.attached(System.nanoTime());
        boolean again = attachedOnce;
        attachedOnce = true;
        planned = false;
        listener.attached(address, again);
        if (size != null) {
            open.send(size);
        }
        open.listen(this::received, this::closed);
        if (terminating) {
            open.terminate();
            return;
        }
        if (paused) {
            open.pause();
        }
        ageTimer = vertx.setTimer(Math.max(1, ways.age().get().toMillis()), id -> renew(open, System.nanoTime()));
    }

    private void received(ShellFrame frame) {
        switch (frame) {
            case ShellFrame.Stdout(Buffer bytes) -> {
                losses.spoke();
                listener.output(bytes);
            }
            case ShellFrame.Stderr(Buffer bytes) -> listener.diagnostics(Printable.of(bytes.toString(), 1000));
            case ShellFrame.Status(ShellStatus.Confirmed confirmed) -> listener.confirmed(confirmed);
            case ShellFrame.Status(ShellStatus.Exited exited) -> exitCode = OptionalInt.of(exited.code());
            case ShellFrame.Status(ShellStatus.Failed failed) -> {
                exitCode = OptionalInt.empty();
                listener.diagnostics(Printable.of(failed.message(), 1000));
            }
            case ShellFrame.Close() -> exitCode = exitCode == null ? OptionalInt.empty() : exitCode;
            case ShellFrame.Malformed malformed -> LOG.warn("a message of the shell service is malformed: {}",
                    malformed.why());
            case ShellFrame.Heartbeat _,ShellFrame.Stdin _,ShellFrame.Resize _,ShellFrame.Unknown _ ->
                LOG.debug("a message of the shell service means nothing here");
        }
    }

    /** The connection is old: let it go between two writes. */
    private void renew(ShellSocket old, long since) {
        if (socket != old || leaving) {
            return;
        }
        if (old.isIdle() || System.nanoTime() - since > PATIENCE.toNanos()) {
            planned = true;
            old.detach();
        } else {
            ageTimer = vertx.setTimer(LOOK_AGAIN.toMillis(), id -> renew(old, since));
        }
    }

    private void closed(Closed closed) {
        vertx.cancelTimer(ageTimer);
        boolean machineEnded = doomed != null && doomed.equals(socket);
        doomed = null;
        socket = null;
        ShellClose meaning = ShellClose.of(closed.code());
        if (leaving) {
            if (terminating && exitCode == null && !machineEnded && !meaning.isFinal()) {
                lost(closed); // the next connection ends it
            } else {
                finish(new ShellEnd.Left());
            }
        } else if (machineEnded) {
            lost(closed);
        } else if (exitCode != null) {
            finish(new ShellEnd.Exited(exitCode));
        } else if (meaning == ShellClose.TAKEN_OVER) {
            if (losses.tookItOurselves(System.nanoTime())) {
                lost(closed);
            } else {
                finish(new ShellEnd.TakenOver());
            }
        } else if (planned) {
            losses.renewed(System.nanoTime());
            listener.detached("the connection was old");
            connect();
        } else if (meaning == ShellClose.ENDED) {
            finish(new ShellEnd.Exited(OptionalInt.empty()));
        } else if (meaning == ShellClose.OUR_FAULT) {
            finish(new ShellEnd.Faulty(closed.code()));
        } else {
            lost(closed);
        }
    }

    private void lost(Closed closed) {
        losses.lost(System.nanoTime());
        listener.detached("the connection was lost (" + closed.code() + ")");
        again(new Problem.Unavailable("the connection to the shell was lost", Duration.ofSeconds(1), ""));
    }

    private void refused(Throwable failure) {
        dialling = false;
        if (over) {
            return;
        }
        Problem problem = ProblemException.problemOf(failure);
        losses.refused(problem, System.nanoTime());
        if (attachedOnce && losses.isPassing(problem)) {
            again(problem);
        } else if (attachedOnce || !ShellRefusal.isPassing(problem)) {
            finish(new ShellEnd.Unreachable(problem));
        } else if (leaving) {
            finish(new ShellEnd.Left());
        } else {
            losses.beforeOpening().ifPresentOrElse(this::connectAfter, () -> finish(new ShellEnd.Unreachable(problem)));
        }
    }

    private void again(Problem problem) {
        losses.beforeAgain(System.nanoTime()).ifPresentOrElse(this::connectAfter,
                () -> finish(new ShellEnd.Unreachable(problem)));
    }

    private void connectAfter(Duration pause) {
        long _ = vertx.setTimer(Math.max(1, pause.toMillis()), id -> connect());
    }

    private void finish(ShellEnd end) {
        if (!over) {
            over = true;
            listener.ended(end);
            ended.complete();
        }
    }
}
