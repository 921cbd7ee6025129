package dev.weir.emulator.interpreter;

import dev.weir.emulator.shell.Command;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.UUID;

/** A command that goes on after the call that began it: submitted, working, then completed, failed or canceled. */
final class Task implements Command.Events {
    private static final double NANOS = 1e9;

    private final String id = UUID.randomUUID().toString();
    private final Transcript stdout = new Transcript();
    private final Transcript stderr = new Transcript();
    private final long began = System.nanoTime();
    private final Command command;
    private String status = "submitted";
    private OptionalInt exitCode = OptionalInt.empty();
    private double seconds;

    /** Started. */
    Task(String line, Path work) throws IOException {
        command = Command.open(line, work, this);
    }

    /** Lets it speak; returns what there is to say of it then. */
    JsonObject run() {
        JsonObject submitted = describe();
        synchronized (this) {
            status = "working";
        }
        command.run();
        return submitted;
    }

    String id() {
        return id;
    }

    synchronized boolean isOver() {
        return !status.equals("submitted") && !status.equals("working");
    }

    /** Ends it; of one that is over, nothing changes. */
    void cancel() {
        synchronized (this) {
            if (!isOver()) {
                over("canceled");
            }
        }
        command.kill();
    }

    /** What getTask says of it now. */
    synchronized JsonObject describe() {
        JsonObject structured = Results.output(stdout.text(), stderr.text()).put("taskId", id).put("taskStatus", status)
                .put("executionTime", isOver() ? seconds : elapsed());
        exitCode.ifPresent(code -> structured.put("exitCode", code));
        return Results.of(new JsonArray().add(Results.text(stdout.text())), false)
                .put("structuredContent", structured);
    }

    @Override
    public void output(String stream, String text) {
        (stream.equals("stderr") ? stderr : stdout).add(text);
        command.take();
    }

    @Override
    public synchronized void exited(int code) {
        exitCode = OptionalInt.of(code);
        if (!isOver()) {
            over(code == 0 ? "completed" : "failed");
        }
    }

    private void over(String how) {
        seconds = elapsed();
        status = how;
    }

    private double elapsed() {
        return (System.nanoTime() - began) / NANOS;
    }
}
