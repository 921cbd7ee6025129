package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An interpreter on this machine: a directory and a python3 for each session. What is called can be made to fail. */
final class LocalInterpreter implements Interpreter {
    final List<ToolCall> calls = new CopyOnWriteArrayList<>();
    final Map<String, PythonSession> sessions = new ConcurrentHashMap<>();
    /** Told of each call before it is made; what it returns fails it. */
    volatile Function<ToolCall, Optional<Problem>> faults = _ -> Optional.empty();
    /** How the service words an answer. */
    volatile UnaryOperator<ToolResult> shown = answer -> answer;
    /** What is answered to whoever looks for a session, if it is not the truth. */
    volatile Optional<Future<Session>> found = Optional.empty();
    volatile Runnable onFind = () -> {};
    private final AtomicInteger count = new AtomicInteger();
    private final Path root;

    LocalInterpreter(Path root) {
        this.root = root;
    }

    @Override
    public Future<Session> start(Optional<String> name, Duration lifetime) {
        String id = "s" + count.incrementAndGet();
        try {
            sessions.put(id, new PythonSession(Files.createDirectory(root.resolve(id))));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return Future.succeededFuture(new Session(id, Instant.EPOCH, true));
    }

    @Override
    public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
        calls.add(call);
        Promise<Void> end = Promise.promise();
        Thread.startVirtualThread(() -> {
            try {
                Optional<Problem> fault = faults.apply(call);
                if (fault.isPresent()) {
                    throw new ProblemException(fault.get());
                }
                results.next(shown.apply(answer(sessions.get(session), call))).await();
                end.tryComplete();
            } catch (Throwable failure) {
                end.tryFail(failure);
            }
        });
        CompletableFuture.delayedExecutor(within.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> end.tryFail(new ProblemException(new Problem.UpstreamTimeout("the interpreter"))));
        return new ToolRun() {
            @Override
            public Future<Void> end() {
                return end.future();
            }

            @Override
            public void abandon() {
                end.tryFail("abandoned");
            }
        };
    }

    private static ToolResult answer(PythonSession python, ToolCall call) throws IOException {
        return switch (call) {
            case ToolCall.ExecuteCode code -> {
                JsonNode told = python.execute(code.code());
                int exit = told.get("code").intValue();
                yield new ToolResult(List.of(new ToolResult.Text(told.get("stdout").textValue())),
                        Optional.of(new ToolResult.Structured(Optional.empty(), Optional.empty(),
                                Optional.of(told.get("stdout").textValue()),
                                Optional.of(told.get("stderr").textValue()), OptionalInt.of(exit),
                                OptionalDouble.empty())),
                        exit != 0);
            }
            case ToolCall.WriteFiles files -> {
                for (ToolCall.FileContent file : files.files()) {
                    Path path = python.directory().resolve(file.path());
                    Files.createDirectories(path.getParent());
                    Files.write(path, file.bytes().getBytes());
                }
                yield text("written", false);
            }
            case ToolCall.ReadFiles files -> {
                List<ToolResult.Content> read = new ArrayList<>();
                for (String path : files.paths()) {
                    Path file = python.directory().resolve(path);
                    if (Files.exists(file)) {
                        read.add(new ToolResult.Resource("file:///" + path, Optional.empty(),
                                Buffer.buffer(Files.readAllBytes(file))));
                    }
                }
                yield new ToolResult(read, Optional.empty(), read.isEmpty());
            }
            case ToolCall.RemoveFiles files -> {
                for (String path : files.paths()) {
                    Files.deleteIfExists(python.directory().resolve(path));
                }
                yield text("removed", false);
            }
            default -> throw new IllegalArgumentException("not needed here");
        };
    }

    private static ToolResult text(String text, boolean isError) {
        return new ToolResult(List.of(new ToolResult.Text(text)), Optional.empty(), isError);
    }

    @Override
    public Future<Session> find(String session) {
        onFind.run();
        if (found.isPresent()) {
            return found.get();
        }
        return sessions.containsKey(session)
                ? Future.succeededFuture(new Session(session, Instant.EPOCH, true))
                : Future.failedFuture(new ProblemException(new Problem.NotFound("session", session)));
    }

    @Override
    public Future<Void> stop(String session) {
        Optional.ofNullable(sessions.remove(session)).ifPresent(PythonSession::close);
        return Future.succeededFuture();
    }

    /** The code of all executions so far. */
    List<String> code() {
        return calls.stream().filter(ToolCall.ExecuteCode.class::isInstance)
                .map(call -> ((ToolCall.ExecuteCode) call).code()).toList();
    }

    /** Names of the files in the working directories of all sessions. */
    List<String> files() throws IOException {
        List<String> names = new ArrayList<>();
        for (PythonSession session : sessions.values()) {
            try (var listed = Files.list(session.directory())) {
                listed.forEach(file -> names.add(file.getFileName().toString()));
            }
        }
        return names;
    }
}
