package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shells of one bridge, and how they are left: the agent is asked to end, its shells are ended, and where nobody else knows of the
 * microVM it is ended, too. Each of these is waited for, but not for ever. One event loop.
 */
final class Departure implements AgentShells {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    /** All together take less than three seconds: who tells a process to end kills it after five. */
    private static final Duration HURRIED_ASK = Duration.ofMillis(1400);
    private static final Duration HURRIED_END = Duration.ofMillis(600);
    private static final Duration HURRIED_STOP = Duration.ofSeconds(2);
    private static final Duration STOP = Duration.ofSeconds(5);
    /** A lasting microVM goes on, so its shell is ended even if the connection has to be made again for it. */
    private static final int LASTING = 10;

    private final Context context;
    private final AgentShells shells;
    private final AcpOptions options;
    private final Set<Tracked> open = new HashSet<>();
    private final Promise<Void> haste = Promise.promise();
    private Promise<Void> left = Promise.promise();
    private boolean known;

    Departure(Context context, AgentShells shells, AcpOptions options) {
        this.context = context;
        this.shells = shells;
        this.options = options;
    }

    @Override
    public AgentShell open(ShellAddress address, ShellListener listener) {
        Tracked tracked = new Tracked(listener);
        open.add(tracked);
        tracked.shell = shells.open(address, tracked);
        return tracked;
    }

    @Override
    public Future<Void> stop(String session) {
        return shells.stop(session);
    }

    /** From now on there is little time for {@link #leave}. Safe from any thread. */
    void hurry() {
        context.runOnContext(v -> haste.tryComplete());
    }

    boolean isHurried() {
        return haste.future().isComplete();
    }

    /** Never fails. */
    Future<Void> leave(AgentLink link) {
        if (link.address() == null) {
            return Future.succeededFuture(); // not even begun
        }
        Duration end = options.times().end();
        // With little time, what nobody comes back to is ended at once, beside the rest: that leaves nothing running in any case.
        boolean atOnce = isHurried() && known && !options.sharedShell();
        Future<Void> stopped = atOnce ? end(link.address().session()) : Future.succeededFuture();
        return within(link.terminate(), end.multipliedBy(3), HURRIED_ASK).compose(v -> {
            List.copyOf(open).forEach(Tracked::terminate);
            left = Promise.promise();
            looked();
            return within(left.future(), options.sharedShell() ? end.multipliedBy(LASTING) : end, HURRIED_END);
        }).compose(v -> {
            known |= !open.isEmpty();
            List.copyOf(open).forEach(Tracked::giveUp);
            return options.sharedShell() || !known || atOnce ? stopped : end(link.address().session());
        });
    }

    private Future<Void> end(String session) {
        return within(shells.stop(session).onFailure(failure -> LOG.warn("the microVM could not be ended: {}",
                ProblemException.problemOf(failure).detail())), STOP, HURRIED_STOP);
    }

    /** Completes when {@code what} has, whichever way, or the limit that counts is over. */
    private Future<Void> within(Future<Void> what, Duration usual, Duration hurried) {
        Promise<Void> over = Promise.promise();
        what.onComplete(v -> context.runOnContext(w -> over.tryComplete()));
        after(usual, over);
        haste.future().onSuccess(v -> after(hurried, over));
        return over.future();
    }

    private void after(Duration limit, Promise<Void> over) {
        long timer = context.owner().setTimer(limit.toMillis(), id -> over.tryComplete());
        over.future().onComplete(v -> context.owner().cancelTimer(timer));
    }

    private void looked() {
        if (open.isEmpty()) {
            left.tryComplete();
        }
    }

    /** One shell. Ended while its first connection is being made it may yet be started by that, so that is waited for. */
    private final class Tracked implements AgentShell, ShellListener {
        private final ShellListener listener;
        private AgentShell shell;
        private boolean attached;
        private boolean ending;
        private boolean told;

        Tracked(ShellListener listener) {
            this.listener = listener;
        }

        void giveUp() {
            if (attached) {
                shell.detach();
            } else {
                shell.terminate();
            }
        }

        @Override
        public void attached(ShellAddress address, boolean again) {
            known = true;
            boolean first = !attached;
            attached = true;
            if (first && ending) {
                shell.terminate();
            } else {
                listener.attached(address, again);
            }
        }

        @Override
        public void terminate() {
            boolean now = !ending;
            ending = true;
            if (attached) {
                shell.terminate();
            } else if (now) {
                context.runOnContext(v -> tell(new ShellEnd.Left()));
            }
        }

        @Override
        public void ended(ShellEnd end) {
            open.remove(this);
            tell(end);
            looked();
        }

        private void tell(ShellEnd end) {
            if (!told) {
                told = true;
                listener.ended(end);
            }
        }

        @Override
        public void confirmed(ShellStatus.Confirmed status) {
            listener.confirmed(status);
        }

        @Override
        public void output(Buffer bytes) {
            listener.output(bytes);
        }

        @Override
        public void diagnostics(String text) {
            listener.diagnostics(text);
        }

        @Override
        public void detached(String why) {
            listener.detached(why);
        }

        @Override
        public Future<Void> write(Buffer bytes) {
            return shell.write(bytes);
        }

        @Override
        public Future<Void> confirm() {
            return shell.confirm();
        }

        @Override
        public void resize(int columns, int rows) {
            shell.resize(columns, rows);
        }

        @Override
        public void pause() {
            shell.pause();
        }

        @Override
        public void resume() {
            shell.resume();
        }

        @Override
        public void detach() {
            shell.detach();
        }
    }
}
