package dev.weir.feature.interpreter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.interpreter.LocalExecution.Course;
import dev.weir.feature.interpreter.LocalExecution.Ended;
import dev.weir.feature.interpreter.LocalExecution.Work;
import dev.weir.feature.interpreter.tool.Answer;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.Interpreter.Session;
import dev.weir.feature.interpreter.tool.Interpreter.ToolRun;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.feature.interpreter.tool.ToolResult.Image;
import dev.weir.feature.run.RunOrder;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * A caller's code in a sandbox: the user's, or one for this run alone. That the code failed is a result like any other: exit code and error
 * output say so. Breaking it off ends a sandbox of its own; in a user's, the service has no way to end code, so it goes on unheard.
 */
final class CodeWork implements Work {
    /** Of output in the run's result; all of it is in the events (feature S3-46). */
    private static final int MAX_STDOUT = 256 * 1024;
    private static final int MAX_STDERR = 32 * 1024;
    /** What a picture may be to be an event. */
    private static final int MAX_IMAGE = 2 * 1024 * 1024;
    /** What a sandbox of its own lives longer than its code may take. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final RunOrder order;
    private final CodeOrder code;
    private final Interpreters interpreters;
    private final SandboxStore sandboxes;
    private final Offload offload;

    /** @param offload where may be waited for readers */
    CodeWork(RunOrder order, Interpreters interpreters, SandboxStore sandboxes, Offload offload) {
        this.order = order;
        this.code = CodeOrder.read(order.input());
        this.interpreters = interpreters;
        this.sandboxes = sandboxes;
        this.offload = offload;
    }

    @Override
    public Event execute(Course course) throws Ended {
        Optional<Interpreter> interpreter = interpreters.find(code.environment());
        if (interpreter.isEmpty()) {
            return new Failed("runtime_error", "there is no environment " + code.environment() + " any more");
        }
        return code.sandbox().isPresent()
                ? held(course, interpreter.get(), code.sandbox().get())
                : alone(course, interpreter.get());
    }

    private Event held(Course course, Interpreter interpreter, String id) throws Ended {
        Optional<String> session = course.await(sandboxes.find(order.stage().tenant(), id))
                .filter(sandbox -> sandbox.owner().equals(order.invokedBy())).flatMap(Sandbox::session);
        if (session.isEmpty()) {
            return new Failed("runtime_error", "the interpreter session has ended");
        }
        course.bind(Boot.of(false, code.environment(), session.get()));
        return call(course, interpreter, session.get());
    }

    private Event alone(Course course, Interpreter interpreter) throws Ended {
        Duration lifetime = Duration.ofSeconds(order.timeout().plus(MARGIN).toSeconds() + 1);
        Future<Session> starting = interpreter.start(Optional.of("weir-run"), lifetime);
        try {
            Session session = course.await(starting);
            course.bind(Boot.of(true, code.environment(), session.id()));
            return call(course, interpreter, session.id());
        } finally {
            course.lastly(starting.compose(session -> interpreter.stop(session.id())));
        }
    }

    private Event call(Course course, Interpreter interpreter, String session) throws Ended {
        Answer answer = new Answer(MAX_STDOUT, MAX_STDERR);
        ToolRun run = interpreter.invoke(session, code.call(), order.timeout(), part -> offload.call(() -> {
            show(course, answer, part);
            return null;
        }));
        try {
            course.await(run.end());
        } catch (Ended ended) {
            run.abandon();
            throw ended;
        } catch (ProblemException failure) {
            return event(failure.problem());
        }
        Optional<Answer.Piece> rest = answer.rest();
        if (rest.isPresent()) {
            course.output(rest.get().stream(), rest.get().text());
        }
        return new Succeeded(document(answer));
    }

    private static void show(Course course, Answer answer, ToolResult part) throws Ended {
        for (Answer.Piece piece : answer.add(part)) {
            course.output(piece.stream(), piece.text());
        }
        for (ToolResult.Content block : part.content()) {
            if (block instanceof Image image) {
                course.message(document(image));
            }
        }
    }

    private static Event event(Problem problem) {
        return switch (problem) {
            case Problem.UpstreamTimeout _ -> new TimedOut();
            case Problem.NotFound _ -> new Failed("runtime_error", "the interpreter session has ended");
            default -> new Failed("runtime_error", problem.detail());
        };
    }

    private static ObjectNode document(Answer answer) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("stdout", answer.stdout().text()).put("stdout_bytes", answer.stdout().bytes())
                .put("stderr", answer.stderr().text()).put("stderr_bytes", answer.stderr().bytes());
        answer.exitCode().ifPresentOrElse(exit -> document.put("exit_code", exit), () -> document.putNull("exit_code"));
        answer.executionTime().ifPresentOrElse(time -> document.put("execution_time", time),
                () -> document.putNull("execution_time"));
        return document.put("is_error", answer.isError());
    }

    private static ObjectNode document(Image image) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("type", "image")
                .put("mime_type", image.mimeType()).put("bytes", image.bytes().length());
        return image.bytes().length() > MAX_IMAGE
                ? document.put("omitted", "larger than " + MAX_IMAGE + " bytes: write it to a file and fetch that")
                : document.put("data", Base64.getEncoder().encodeToString(image.bytes().getBytes()));
    }
}
