package dev.weir.feature.interpreter.pool;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** An interpreter as a lessee has it: one session, while it is lent, and nothing left at work in it unnoticed. */
final class LentInterpreter implements Interpreter {
    private final Lease lease;

    LentInterpreter(Lease lease) {
        this.lease = lease;
    }

    @Override
    public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
        requireOwn(session);
        lease.callBegins();
        ToolRun run;
        try {
            run = lease.slot().interpreter.invoke(session, call, within, results);
        } catch (Throwable failure) {
            lease.callEnds();
            lease.spoilIfLive("a call could not be made");
            throw failure;
        }
        AtomicBoolean over = new AtomicBoolean();
        Future<Void> end = run.end().onComplete(ended -> {
            if (over.compareAndSet(false, true)) {
                if (ended.failed() && !isRefusal(ended.cause())) {
                    lease.spoilIfLive("a call failed");
                }
                lease.callEnds();
            }
        });
        return new Observed(run, end);
    }

    /** The service did not take the arguments, so nothing was begun. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ProblemException known && known.problem() instanceof Problem.Invalid;
    }

    /** Whoever abandons a call leaves it at work. */
    private final class Observed implements ToolRun {
        private final ToolRun run;
        private final Future<Void> end;

        Observed(ToolRun run, Future<Void> end) {
            this.run = run;
            this.end = end;
        }

        @Override
        public Future<Void> end() {
            return end;
        }

        @Override
        public void abandon() {
            if (!end.isComplete()) {
                lease.spoilIfLive("a call was abandoned");
            }
            run.abandon();
        }
    }

    @Override
    public Future<Session> find(String session) {
        requireOwn(session);
        return lease.slot().interpreter.find(session);
    }

    @Override
    public Future<Session> start(Optional<String> name, Duration lifetime) {
        throw new IllegalStateException("the pool starts sessions");
    }

    @Override
    public Future<Void> stop(String session) {
        throw new IllegalStateException("the pool stops sessions");
    }

    private void requireOwn(String session) {
        lease.requireLive();
        if (!session.equals(lease.slot().session)) {
            throw new IllegalArgumentException("not the session that is lent");
        }
    }
}
