package dev.weir.platform.agentcore;

import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * What went wrong with a shell's connections so far, and from that when to connect again: {@link ShellRetry} with its memory. A connection
 * counts as settled once it has lasted as long as the longest pause; until one has, the window since the first loss goes on, so that a
 * service which takes connections and drops them at once is given up, too. Times are those of {@link System#nanoTime}. One event loop.
 */
final class ShellLosses {
    /** Refusals in a row of credentials that were good before: they may have been exchanged while the connection lasted. */
    private static final int MOST_DENIALS = 3;

    private final ShellRetry retry;
    private int failures;
    private int denials;
    private boolean unsettled;
    private long since;
    private long attachedAt;
    private boolean spoke;
    private boolean adrift;
    private long adriftSince;

    ShellLosses(ShellRetry retry) {
        this.retry = retry;
    }

    void attached(long now) {
        attachedAt = now;
        spoke = false;
        denials = 0;
    }

    /** The shell has put something out: it lives, and only the connection is bad. */
    void spoke() {
        spoke = true;
    }

    void lost(long now) {
        boolean settled = now - attachedAt >= retry.pauses().getLast().toNanos();
        if (settled || !unsettled) {
            since = now;
            failures = 0;
        } else if (!spoke) {
            failures++;
        }
        unsettled = true;
    }

    /** The connection was given up on purpose. */
    void renewed(long now) {
        since = now;
        failures = 0;
        unsettled = true;
    }

    void refused(Problem problem, long now) {
        failures++;
        if (problem instanceof Problem.Unauthenticated || problem instanceof Problem.Forbidden) {
            denials++;
        }
        if (problem instanceof Problem.UpstreamTimeout) {
            adrift = true;
            adriftSince = now;
        }
    }

    /** Whether trying to have a lost shell again may help: credentials are taken anew for each connection. */
    boolean isPassing(Problem problem) {
        return ShellRefusal.isPassing(problem) || (denials > 0 && denials < MOST_DENIALS);
    }

    /**
     * Whether it may have been a connection of our own that took the shell over: one that we stopped waiting for, and the service did not.
     * True once for each.
     */
    boolean tookItOurselves(long now) {
        boolean ours = adrift && now - adriftSince < retry.window().toNanos();
        adrift = false;
        return ours;
    }

    /** The pause before the first connection is tried again; empty when it is not. */
    Optional<Duration> beforeOpening() {
        return retry.beforeOpening(failures);
    }

    /** The pause before a lost shell is connected to again; empty when it is given up. */
    Optional<Duration> beforeAgain(long now) {
        return retry.beforeAgain(failures, Duration.ofNanos(now - since));
    }
}
