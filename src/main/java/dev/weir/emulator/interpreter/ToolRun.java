package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.ToolOrder.ExecuteCode;
import dev.weir.emulator.interpreter.ToolOrder.ExecuteCommand;
import dev.weir.emulator.interpreter.ToolOrder.GetTask;
import dev.weir.emulator.interpreter.ToolOrder.ListFiles;
import dev.weir.emulator.interpreter.ToolOrder.ReadFiles;
import dev.weir.emulator.interpreter.ToolOrder.RemoveFiles;
import dev.weir.emulator.interpreter.ToolOrder.StartCommand;
import dev.weir.emulator.interpreter.ToolOrder.StopTask;
import dev.weir.emulator.interpreter.ToolOrder.WriteFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** One call of a tool, for one thread of its own; only {@link #expire} comes from elsewhere. */
public final class ToolRun implements AutoCloseable {
    /** AWS: a request has 15 minutes. */
    public static final Duration LIMIT = Duration.ofMinutes(15);
    /** Linux gives one argument 128 KiB. */
    private static final int LONGEST_LINE = 100_000;

    private final Toolbox toolbox;
    private final ToolOrder order;
    private final Answer answer;
    private Toolbox.Running current = () -> {};
    private boolean expired;
    private boolean entered;

    ToolRun(Toolbox toolbox, ToolOrder order, Answer answer) {
        this.toolbox = toolbox;
        this.order = order;
        this.answer = answer;
    }

    /** Throws the {@code AwsFault} that is to be answered in place of a stream. First. */
    public void begin() {
        switch (order) {
            case ExecuteCode code -> {
                toolbox.code().enter(code);
                entered = true;
            }
            case GetTask task -> toolbox.tasks().find(task.taskId());
            case StopTask task -> toolbox.tasks().find(task.taskId());
            default -> entered = false;
        }
    }

    /** Gives all results to the answer. Throws an {@code AwsFault} that belongs into the stream. */
    public void run() throws IOException, InterruptedException {
        FileTools files = new FileTools(toolbox.files());
        switch (order) {
            case ExecuteCode code -> toolbox.code().run(code, this);
            case ExecuteCommand command -> command(command.command());
            case StartCommand command -> {
                toolbox.work();
                answer.next(toolbox.tasks().start(line(command.command())));
            }
            case GetTask task -> answer.next(toolbox.tasks().find(task.taskId()).describe());
            case StopTask stop -> {
                Task task = toolbox.tasks().find(stop.taskId());
                task.cancel();
                answer.next(task.describe());
            }
            case ReadFiles read -> files.read(read, answer);
            case ListFiles list -> answer.next(files.list(list));
            case RemoveFiles remove -> answer.next(files.remove(remove));
            case WriteFiles write -> answer.next(files.write(write));
        }
    }

    /** The call has had its time: what it runs is ended, and the call with it. */
    public void expire() {
        Toolbox.Running last;
        synchronized (this) {
            expired = true;
            last = current;
        }
        last.kill();
    }

    @Override
    public void close() {
        if (entered) {
            entered = false;
            toolbox.code().leave();
        }
    }

    void command(String line) throws IOException, InterruptedException {
        Pieces pieces = new Pieces();
        CommandOutput command = new CommandOutput(line(line), toolbox.work(), pieces);
        toolbox.adopt(command);
        try {
            runs(command);
            command.run();
            tell(pieces);
        } finally {
            toolbox.release(command);
        }
    }

    /** What {@link #expire} is to end. */
    void runs(Toolbox.Running program) {
        boolean late;
        synchronized (this) {
            current = program;
            late = expired;
        }
        if (late) {
            program.kill();
        }
    }

    void tell(Pieces pieces) throws InterruptedException {
        new Narration(answer, this::note).tell(pieces);
        runs(() -> {});
    }

    private synchronized String note() {
        return expired ? "[ended: a call has " + LIMIT.toSeconds() + " seconds]\n" : "";
    }

    /** A line that is too long for an argument becomes a file. */
    private String line(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < LONGEST_LINE) {
            return line;
        }
        Path script = toolbox.files().stage(UUID.randomUUID() + ".sh", bytes);
        return ". '" + script.toString().replace("'", "'\\''") + "'";
    }
}
