package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.AwsFault;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tasks of a session; of those that are over the last ones are remembered. */
final class Tasks {
    private static final int MOST_AT_WORK = 100;
    private static final int MOST_KNOWN = 200;

    private final Path work;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private boolean ended;

    Tasks(Path work) {
        this.work = work;
    }

    synchronized JsonObject start(String line) throws IOException {
        if (ended) {
            throw AwsFault.notFound("The session has ended.");
        }
        if (tasks.values().stream().filter(task -> !task.isOver()).count() >= MOST_AT_WORK) {
            throw AwsFault.of(402, "ServiceQuotaExceededException", "At most " + MOST_AT_WORK + " tasks at a time.");
        }
        Task task = new Task(line, work);
        tasks.put(task.id(), task);
        Iterator<Task> oldest = tasks.values().iterator();
        while (tasks.size() > MOST_KNOWN && oldest.hasNext()) {
            if (oldest.next().isOver()) {
                oldest.remove();
            }
        }
        return task.run();
    }

    /** Throws ValidationException: a ResourceNotFoundException would say that the session is not there. */
    synchronized Task find(String id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw AwsFault.invalid("taskId", "there is no such task in this session");
        }
        return task;
    }

    void end() {
        List<Task> all;
        synchronized (this) {
            ended = true;
            all = List.copyOf(tasks.values());
        }
        all.forEach(Task::cancel);
    }
}
