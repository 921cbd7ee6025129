package dev.weir.bridge.acp;

import dev.weir.feature.agent.ShellAddress;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Brings back what a broken connection has lost: the service keeps 256 KiB, the launch line keeps more in a file, which is read through a
 * second shell a piece at a time. What comes meanwhile waits, and the shell is held up when that is much. One event loop.
 */
final class Recovery {
    /** Less than a second shell may print. */
    private static final int PIECE = 192 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    /** A file that has not got the line by then will not have it: it is written a moment after the terminal. */
    private static final int MOST_LOOKS = 5;
    private static final long MUCH = 16 * 1024 * 1024;
    private static final long TOO_MUCH = 4 * MUCH;
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final int MOST_FAILURES = 20;
    private static final Duration DOUBT = Duration.ofMillis(200);
    private static final int MOST_DOUBTS = 6;

    private final Vertx vertx;
    private final SideShell side;
    private final Reading reading;
    private AgentOutput output;
    private LaunchLine launch;
    private ShellAddress address;
    private Assembly assembly;
    private long wanted;
    private long position;
    private long found;
    private long kept;
    private long trimTimer = -1;
    private long doubtTimer = -1;
    private int doubts;
    private int maxLine;
    private int looks;
    private int failures;
    private int round;
    private boolean busy;

    Recovery(Vertx vertx, SideShell side, Reading reading) {
        this.vertx = vertx;
        this.side = side;
        this.reading = reading;
    }

    /** From now on it is about this agent. */
    void use(LaunchLine line, AgentOutput itsOutput, int itsMaxLine) {
        stop();
        launch = line;
        output = itsOutput;
        maxLine = itsMaxLine;
        kept = 0;
    }

    /** There is a connection; brings what is missing, if anything is. */
    void start(ShellAddress where) {
        address = where;
        if (!busy && output != null && output.isMissing()) {
            busy = true;
            looks = 0;
            failures = 0;
            begin();
            fetch(++round);
        }
    }

    /** The connection is gone, or the agent: goes no further. */
    void stop() {
        round++;
        busy = false;
        vertx.cancelTimer(trimTimer);
        vertx.cancelTimer(doubtTimer);
        doubtTimer = -1;
        doubts = 0;
        reading.release(this);
    }

    boolean isBusy() {
        return busy;
    }

    /** More has come that must wait. */
    void waiting(long bytes) {
        if (busy && bytes > Delivery.HIGH) {
            reading.hold(this);
        }
    }

    /** So many bytes of output have come: when they are many, and no more come, or when they are very many, the file begins anew. */
    void came(ShellAddress where, long bytes) {
        if (output == null) {
            return; // no agent was launched yet
        }
        if (doubtTimer < 0) {
            doubtLater(where);
        }
        kept += bytes;
        if (kept < MUCH) {
            return;
        }
        vertx.cancelTimer(trimTimer);
        if (kept < TOO_MUCH) {
            trimTimer = vertx.setTimer(QUIET.toMillis(), id -> trim(where));
        } else {
            trim(where);
        }
    }

    /** The terminal has shown something, but not what it is; perhaps nothing more comes that would tell. */
    private void doubtLater(ShellAddress where) {
        if (output.isDoubtful() && doubts < MOST_DOUBTS) {
            doubtTimer = vertx.setTimer(DOUBT.toMillis() << doubts, id -> {
                doubts++;
                if (output.doubt()) {
                    start(where);
                }
                doubtLater(where);
            });
        } else {
            doubtTimer = -1;
        }
    }

    private void trim(ShellAddress where) {
        if (!busy && kept >= MUCH) {
            kept = 0;
            var _ = side.run(where, launch.forgetKept(), LIMIT);
        }
    }

    private void begin() {
        wanted = output.wanted();
        position = 0;
        found = 0;
        assembly = new Assembly(maxLine);
    }

    private void fetch(int current) {
        if (current != round) {
            return;
        }
        if (reading.isHeldByOthers(this)) {
            again(current); // the client is slow: this can wait, too
            return;
        }
        side.bytes(address, launch.kept(wanted, position, PIECE), LIMIT).onComplete(piece -> {
            if (current != round) {
                return;
            }
            if (piece.failed()) {
                retry(current, ++failures < MOST_FAILURES);
            } else if (piece.result().length == 0) {
                retry(current, ++looks < MOST_LOOKS);
            } else {
                failures = 0;
                looks = 0;
                take(piece.result());
                proceed(current);
            }
        });
    }

    private void take(byte[] piece) {
        position += piece.length;
        assembly.feed(piece, (line, whole) -> {
            found++;
            output.found(line, whole, assembly.length());
        });
    }

    private void proceed(int current) {
        if (current != round) {
            return; // what was told has ended it all
        }
        if (!output.isMissing()) {
            round++;
            busy = false;
            reading.release(this);
            return;
        }
        if (found > 0) {
            begin(); // at the next line that is missing, which may be far ahead
        }
        fetch(current);
    }

    private void retry(int current, boolean more) {
        if (more) {
            again(current);
        } else {
            output.giveUp();
            proceed(current);
        }
    }

    private void again(int current) {
        long _ = vertx.setTimer(LOOK_AGAIN.toMillis(), id -> fetch(current));
    }
}
