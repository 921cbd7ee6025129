package dev.weir.runner;

import dev.weir.wire.runner.RetainedEvents;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.runner.ControlFrame.Raised;
import dev.weir.runner.ControlFrame.Returned;
import dev.weir.runner.ControlFrame.Yielded;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Python process of one run, from start to the last byte of its output. Blocking, for one platform thread, which must live as long as
 * the process: the kernel ends the process with the thread that started it.
 */
final class HandlerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerProcess.class);
    private static final int FRAME_SURROUNDINGS = 1024;
    private static final int MAX_MESSAGE_CHARS = 2_000;

    private final RunnerOptions options;
    private final RetainedEvents events;
    private final ControlChannel control;
    private final OutputPump output;
    private final Process process;
    private final ProcessGroup group;
    private CompletableFuture<Void> afterExit = CompletableFuture.completedFuture(null);

    private HandlerProcess(RunnerOptions options, RetainedEvents events, ControlChannel control, OutputPump output,
            Process process) {
        this.options = options;
        this.events = events;
        this.control = control;
        this.output = output;
        this.process = process;
        this.group = new ProcessGroup(process);
    }

    /**
     * Starts the interpreter on the bootstrap. Its environment is exactly {@code start.env()}, PYTHON* variables included, hence neither
     * {@code -E} nor {@code -I}; what else could steer it is off: no user site directory ({@code -s}), no byte code written
     * ({@code -B}), UTF-8 whatever the locale ({@code -X utf8}).
     */
    static HandlerProcess start(RunnerOptions options, RetainedEvents events, Path bootstrap, Path code, Start start)
            throws IOException, InterruptedException, RunFailure {
        RunnerOptions.Limits limits = options.limits();
        ControlChannel control = ControlChannel.open(
                Math.max(limits.maxOutputBytes(), limits.maxMessageBytes()) + FRAME_SURROUNDINGS);
        OutputPump output = new OutputPump(events);
        HandlerProcess handler;
        try {
            ProcessBuilder builder = new ProcessBuilder(options.python(), "-B", "-s", "-X", "utf8",
                    bootstrap.toString())
                    .directory(code.toFile())
                    .redirectOutput(output.stdout())
                    .redirectError(output.stderr());
            builder.environment().clear();
            builder.environment().putAll(start.env());
            handler = new HandlerProcess(options, events, control, output, builder.start());
        } catch (IOException | IllegalArgumentException e) {
            control.close();
            output.finish();
            throw new RunFailure(e instanceof IOException
                    ? "the Python interpreter could not be started"
                    : "the environment holds a name or value that no process can have");
        }
        handler.begin();
        return handler;
    }

    /** TERM to the group. */
    void terminate() {
        group.terminate();
    }

    /** KILL to the group. */
    void kill() {
        group.kill();
    }

    /**
     * Tells the bootstrap what to do and records what it reports until it is over and its output is complete; the event to end with.
     * {@code reportedOrDead} runs as soon as that event is certain.
     */
    Event converse(Start start, Runnable reportedOrDead) throws InterruptedException, IOException {
        try {
            tell(start);
            Optional<Event> reported = listen();
            if (reported.isEmpty()) {
                process.waitFor();
            }
            reportedOrDead.run();
            output.awaitEnd(options.limits().drainGrace());
            return reported.orElseGet(() -> new Failed("handler_error", ExitStatus.describe(process.exitValue())));
        } finally {
            close();
        }
    }

    private void begin() {
        output.start();
        afterExit = process.onExit().thenRun(() -> {
            // No more to come but what lies in the pipes. A child of the handler may hold the socket open: end the wait for it.
            events.relax();
            closeControl();
        });
    }

    private void tell(Start start) {
        ObjectNode task = ControlFrame.Json.MAPPER.createObjectNode()
                .put("socket", control.path())
                .put("token", control.token())
                .put("handler", start.handler())
                .put("max_message", options.limits().maxMessageBytes())
                .put("max_output", options.limits().maxOutputBytes());
        task.set("input", start.input());
        ObjectNode env = task.putObject("env");
        start.env().forEach(env::put);
        try (OutputStream stdin = process.getOutputStream()) {
            ControlFrame.Json.MAPPER.writeValue(stdin, task);
        } catch (IOException e) {
            group.kill(); // it does not read: it is dead or not what we think; its exit says the rest
        }
    }

    /** Empty if the process ended, or closed the connection, without a word. */
    private Optional<Event> listen() throws InterruptedException {
        try {
            control.accept();
            while (true) {
                Optional<ControlFrame> frame = control.read();
                if (frame.isEmpty()) {
                    return Optional.empty();
                }
                output.drain();
                Optional<Event> last = record(frame.get());
                control.acknowledge();
                if (last.isPresent()) {
                    return last;
                }
            }
        } catch (IllegalArgumentException e) {
            group.kill();
            return Optional.of(new Failed("handler_error",
                    "the handler wrote something else to the connection that is reserved for the runner"));
        } catch (IOException e) {
            return Optional.empty(); // closed because the process ended
        }
    }

    private Optional<Event> record(ControlFrame frame) throws InterruptedException {
        return switch (frame) {
            case Yielded yielded -> {
                events.append(new Message(yielded.value()));
                yield Optional.empty();
            }
            case Returned returned -> Optional.of(new Succeeded(returned.output()));
            case Raised raised -> Optional.of(new Failed(raised.kind(), bounded(raised.message())));
            case ControlFrame.Hello _ -> throw new IllegalArgumentException("hello comes once");
        };
    }

    private static String bounded(String message) {
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS);
    }

    private void close() throws InterruptedException {
        group.kill();
        process.waitFor();
        group.close();
        afterExit.join();
        output.finish();
    }

    private void closeControl() {
        try {
            control.close();
        } catch (IOException e) {
            LOG.warn("the control socket of a handler could not be removed", e);
        }
    }
}
