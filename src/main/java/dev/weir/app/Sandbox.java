package dev.weir.app;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.agentcore.CommandInterpreter;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * {@code weir sandbox}: code in a session of the code interpreter. A session that was started here for one piece of work ends here,
 * whatever happens, a signal included.
 */
public final class Sandbox {
    /** The service ends a call after 15 minutes. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(915);
    /** Above a session's lifetime, for the service to say that it is over. */
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final String NAME = "agentcore-sandbox";

    private final Interpreter interpreter;
    private final SandboxOrder order;
    private final SandboxOutput output;

    private int signal;
    private Interpreter.ToolRun current;

    Sandbox(Interpreter interpreter, SandboxOrder order, SandboxOutput output) {
        this.interpreter = interpreter;
        this.order = order;
        this.output = output;
    }

    /** Runs until it is over and returns the exit code. Throws the problem if nothing could be started; the rest it tells itself. */
    public static int run(SandboxOrder order, SandboxOutput output, SandboxSignals signals) {
        try (CommandInterpreter calls = order.target().open()) {
            Sandbox sandbox = new Sandbox(calls.calls(), order, output);
            signals.handTo(sandbox);
            return sandbox.run();
        }
    }

    /** On the thread that is to wait for it all. */
    int run() {
        int code;
        try {
            code = switch (order) {
                case SandboxOrder.Start start -> start(start);
                case SandboxOrder.Stop stop -> stop(stop);
                case SandboxOrder.Exec exec -> work(exec.session(), exec.work(), LONGEST_CALL);
                case SandboxOrder.Run run -> once(run);
            };
        } catch (ProblemException failure) {
            code = failed(failure);
        }
        int number = signal();
        return number == 0 ? code : SandboxSignals.SIGNALLED + number;
    }

    /** Gives up what is under way; {@link #run} then ends what it has started. On any thread. */
    void interrupt(int number) {
        Interpreter.ToolRun open;
        synchronized (this) {
            if (signal == 0) {
                signal = number;
            }
            open = current;
        }
        if (open != null) {
            open.abandon();
        }
    }

    private synchronized int signal() {
        return signal;
    }

    private int start(SandboxOrder.Start start) {
        Interpreter.Session session = await(interpreter.start(Optional.of(NAME), start.lifetime()));
        if (signal() != 0) { // nobody learns its id
            end(session.id());
            return output.fail("interrupted; the session is stopped");
        }
        output.answer("sessionId", session.id());
        if (output.isLost()) { // nor does anybody now
            end(session.id());
            return output.lost();
        }
        return 0;
    }

    private int stop(SandboxOrder.Stop stop) {
        await(interpreter.stop(stop.session()));
        output.answer("sessionId", "Session " + stop.session() + " stopped.");
        return output.isLost() ? output.lost() : 0;
    }

    private int once(SandboxOrder.Run run) {
        long before = System.nanoTime();
        Interpreter.Session session = await(interpreter.start(Optional.of(NAME), run.lifetime()));
        Duration longest = run.lifetime().plus(GRACE);
        try {
            return work(session.id(), run.work(), longest.compareTo(LONGEST_CALL) < 0 ? longest : LONGEST_CALL);
        } catch (ProblemException failure) {
            // The service counts from a later moment: what has lived too long by our clock has by its clock, or is about to.
            boolean over = System.nanoTime() - before >= run.lifetime().toNanos();
            return failed(over && signal() == 0
                    ? new ProblemException(new Problem.UpstreamFailed("AgentCore", "the session's lifetime of "
                            + run.lifetime().toSeconds() + " s is over (--timeout)"), failure)
                    : failure);
        } finally {
            end(session.id());
        }
    }

    /** That it could not be ended is told, and changes nothing: it ends by itself. */
    private void end(String session) {
        try {
            await(interpreter.stop(session));
        } catch (ProblemException failure) {
            output.note("warning: session " + session + " could not be stopped: " + failure.getMessage());
        }
    }

    private int work(String session, SandboxOrder.Work work, Duration within) {
        SandboxFiles files = new SandboxFiles((call, results) -> call(session, call, within, results));
        work.uploads().forEach(files::up);
        try {
            call(session, call(work.code()), within, part -> output.take(part)
                    ? Future.succeededFuture()
                    : Future.failedFuture("nobody reads"));
        } catch (ProblemException failure) {
            if (output.isLost()) {
                return output.lost();
            }
            throw failure;
        }
        List<String> lost = work.downloads().stream().map(files::down).flatMap(Optional::stream).toList();
        lost.forEach(output::note);
        if (signal() != 0) {
            throw given();
        }
        output.end(String.join("; ", lost));
        if (output.isLost()) {
            return output.lost();
        }
        int code = output.code(work.strict());
        return code == 0 && !lost.isEmpty() ? 1 : code;
    }

    private static ToolCall call(SandboxOrder.Code code) {
        return switch (code) {
            case SandboxOrder.Command(String text) -> new ToolCall.ExecuteCommand(text);
            case SandboxOrder.Program program -> new ToolCall.ExecuteCode(program.text(),
                    ToolCall.Language.valueOf(program.language().toUpperCase(Locale.ROOT)),
                    program.engine().map(engine -> ToolCall.Engine.valueOf(engine.toUpperCase(Locale.ROOT))),
                    program.clearContext());
        };
    }

    private void call(String session, ToolCall call, Duration within, Interpreter.Results results) {
        Interpreter.ToolRun run;
        synchronized (this) {
            if (signal != 0) {
                throw given();
            }
            run = interpreter.invoke(session, call, within, results);
            current = run;
        }
        try {
            await(run.end());
        } finally {
            synchronized (this) {
                current = null;
            }
        }
    }

    private int failed(ProblemException failure) {
        if (signal() == 0) {
            return output.fail(failure.getMessage());
        }
        return output.fail(order instanceof SandboxOrder.Run
                ? "interrupted; stopping the session"
                : "interrupted; what was called may still be at work until the session is stopped");
    }

    private static ProblemException given() {
        return new ProblemException(new Problem.Conflict("interrupted"));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException | CancellationException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw cause instanceof ProblemException known
                    ? known
                    : new ProblemException(ProblemException.problemOf(cause), cause);
        }
    }
}
