package dev.weir.platform.embedded;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/** Work somebody waits for. Its outcome is kept until {@link #answer}, because a result may be told only when it is durable. */
final class Pending<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Pending.class);

    private final Work<T> work;
    private final Context caller = Vertx.currentContext();
    private final Promise<T> promise = Promise.promise();
    private T result;
    private Throwable failure;

    Pending(Work<T> work) {
        this.work = work;
    }

    Future<T> future() {
        return promise.future();
    }

    /** Does the work; false if it failed. */
    boolean attempt(Session session) {
        try {
            result = work.in(session);
            return true;
        } catch (Throwable thrown) { // whatever a task throws is its caller's to know and must not end the thread
            failure = told(thrown);
            return false;
        }
    }

    /** Replaces the outcome. */
    void fail(Throwable thrown) {
        failure = told(thrown);
    }

    /** Tells the caller, on its own context if it called from one. */
    void answer() {
        if (caller == null) {
            complete();
            return;
        }
        try {
            caller.runOnContext(_ -> complete());
        } catch (RejectedExecutionException closed) {
            LOG.debug("the caller's context is closed, answering here", closed);
            complete();
        }
    }

    private void complete() {
        try {
            if (failure == null) {
                promise.complete(result);
            } else {
                promise.fail(failure);
            }
        } catch (RuntimeException | StackOverflowError thrown) { // a callback's fault: it must not reach this thread's next task
            LOG.error("a callback of a database answer failed", thrown);
        }
    }

    private static Throwable told(Throwable thrown) {
        if (!(thrown instanceof SQLiteException fault)) {
            return thrown instanceof SQLException ? unknown(thrown) : thrown;
        }
        return switch (fault.getResultCode()) {
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID ->
                new ProblemException(
                        new Problem.Conflict("there is one of that id already"), thrown);
            case SQLITE_FULL, SQLITE_BUSY -> new ProblemException(
                    new Problem.Unavailable("the store cannot write now", Duration.ofSeconds(5), ""), thrown);
            default -> unknown(thrown);
        };
    }

    /** Unchecked, as whoever waits for a future expects it. */
    private static ProblemException unknown(Throwable thrown) {
        return new ProblemException(ProblemException.problemOf(thrown), thrown);
    }
}
