package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.pool.Lease;
import dev.weir.feature.interpreter.tool.Interpreter.ToolRun;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Calls tools of a session for code that blocks: the parts of an answer are handled by the caller's thread, which holds them back so. */
final class ToolCaller {
    /** That an interpreter which does not keep to its time is waited for. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Lease lease;
    private final Future<?> cancelled;

    ToolCaller(Lease lease, Future<?> cancelled) {
        this.lease = lease;
        this.cancelled = cancelled;
    }

    /** What handles the parts of an answer. A failure breaks the call off, which puts the session into quarantine. */
    @FunctionalInterface
    interface Parts {
        void accept(ToolResult part) throws DispatchFailure;
    }

    private sealed interface Signal {}

    private record Part(ToolResult result, Promise<Void> taken) implements Signal {}

    private record End(AsyncResult<Void> how) implements Signal {}

    private record Cancel() implements Signal {}

    Lease lease() {
        return lease;
    }

    /** Fails as cancelled, which puts the session into quarantine if the call was made, or with the service's problem. */
    void call(ToolCall call, Duration within, Parts parts) throws DispatchFailure {
        if (cancelled.isComplete()) {
            throw DispatchFailure.cancelled();
        }
        BlockingQueue<Signal> mailbox = new LinkedBlockingQueue<>(); // holds a part, an end and a cancellation, at most
        cancelled.onComplete(_ -> mailbox.add(new Cancel()));
        call(call, within, parts, mailbox);
    }

    /** For what must be cleared away whether or not anybody waits. */
    void callAnyway(ToolCall call, Duration within, Parts parts) throws DispatchFailure {
        call(call, within, parts, new LinkedBlockingQueue<>());
    }

    private void call(ToolCall call, Duration within, Parts parts, BlockingQueue<Signal> mailbox)
            throws DispatchFailure {
        ToolRun run = lease.interpreter().invoke(lease.session(), call, within, result -> {
            Promise<Void> taken = Promise.promise();
            mailbox.add(new Part(result, taken));
            return taken.future();
        });
        run.end().onComplete(how -> mailbox.add(new End(how)));
        try {
            follow(parts, mailbox, System.nanoTime() + within.plus(GRACE).toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DispatchFailure.cancelled();
        } finally {
            run.abandon(); // nothing, if it has ended; else the session is spoiled
        }
    }

    private void follow(Parts parts, BlockingQueue<Signal> mailbox, long deadline)
            throws DispatchFailure, InterruptedException {
        while (true) {
            switch (mailbox.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                case Part part -> {
                    parts.accept(part.result());
                    part.taken().complete();
                }
                case End end -> {
                    if (end.how().failed()) {
                        throw DispatchFailure.of(ProblemException.problemOf(end.how().cause()));
                    }
                    return;
                }
                case Cancel _ -> {
                    lease.spoil("nobody waits for a call any more"); // even if it ends at this very moment: we do not know how
                    throw DispatchFailure.cancelled();
                }
                case null -> throw DispatchFailure.of(new Problem.UpstreamTimeout("the code interpreter"));
            }
        }
    }
}
