package dev.weir.app;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An interpreter that answers what a test says, and notes what it is asked. */
final class ScriptedInterpreter implements Interpreter {
    static final String SESSION = "01KNEW";

    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    final Queue<ToolCall> calls = new ConcurrentLinkedQueue<>();
    private final Queue<List<ToolResult>> answers = new ArrayDeque<>();
    private final Queue<Problem> problems = new ArrayDeque<>();
    volatile Future<Session> started = Future.succeededFuture(new Session(SESSION, Instant.EPOCH, true));
    volatile Future<Void> stopped = Future.succeededFuture();
    volatile boolean hangs;

    /** The next call is answered so. */
    ScriptedInterpreter then(ToolResult... parts) {
        answers.add(List.of(parts));
        return this;
    }

    /** The last call, after all its answers, fails. */
    ScriptedInterpreter thenFails(Problem problem) {
        problems.add(problem);
        return this;
    }

    static ToolResult text(String text) {
        return new ToolResult(List.of(new ToolResult.Text(text)), Optional.empty(), false);
    }

    /** As the service answers: the text is there twice. */
    static ToolResult result(String stdout, String stderr, int exitCode) {
        return new ToolResult(stdout.isEmpty() ? List.of() : List.of(new ToolResult.Text(stdout)),
                Optional.of(structured(stdout, stderr, exitCode)), exitCode != 0);
    }

    static ToolResult.Structured structured(String stdout, String stderr, int exitCode) {
        return new ToolResult.Structured(Optional.empty(), Optional.empty(), Optional.of(stdout), Optional.of(stderr),
                OptionalInt.of(exitCode), OptionalDouble.of(0.25));
    }

    @Override
    public Future<Session> start(Optional<String> name, Duration lifetime) {
        asked.add("start " + lifetime.toSeconds());
        return started;
    }

    @Override
    public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
        asked.add("invoke " + session + " " + call.getClass().getSimpleName());
        calls.add(call);
        Promise<Void> end = Promise.promise();
        Future<Void> told = Future.succeededFuture();
        List<ToolResult> parts = answers.isEmpty() ? List.of() : answers.remove();
        for (ToolResult part : parts) {
            told = told.compose(v -> results.next(part));
        }
        boolean last = answers.isEmpty();
        told.onFailure(end::tryFail).onSuccess(v -> {
            if (last && !problems.isEmpty()) {
                end.fail(new ProblemException(problems.remove()));
            } else if (!hangs) {
                end.complete();
            }
        });
        return new ToolRun() {
            @Override
            public Future<Void> end() {
                return end.future();
            }

            @Override
            public void abandon() {
                asked.add("abandon");
                end.tryFail(new ProblemException(new Problem.Conflict("the call was given up")));
            }
        };
    }

    @Override
    public Future<Session> find(String session) {
        return Future.failedFuture("nobody asks");
    }

    @Override
    public Future<Void> stop(String session) {
        asked.add("stop " + session);
        return stopped;
    }
}
