package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.Directories;
import dev.weir.emulator.session.Stragglers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All that runs in a session, and the session's directories. Thread-safe; everything blocks. */
final class Toolbox {
    private final Path home;
    private final SessionFiles files;
    private final Tasks tasks;
    private final CodeTool code;
    private final Set<Running> running = new HashSet<>();
    private boolean ended;

    /** Something that can be made to end, as often as one likes. */
    interface Running {
        void kill();
    }

    /** Makes the directories. */
    Toolbox(Path home, Programs programs) throws IOException {
        this.home = home;
        this.files = SessionFiles.create(home);
        this.tasks = new Tasks(files.work());
        this.code = new CodeTool(this, programs);
    }

    SessionFiles files() {
        return files;
    }

    /** Where programs are started. ValidationException if the session's own code has moved or removed it: nothing can start there. */
    Path work() {
        if (!Files.isDirectory(files.work(), LinkOption.NOFOLLOW_LINKS)) {
            throw AwsFault.refused("ResourceConflict",
                    "The session's working directory is gone: its own code has moved or removed"
                            + " it. Start another session.");
        }
        return files.work();
    }

    Tasks tasks() {
        return tasks;
    }

    CodeTool code() {
        return code;
    }

    /** From now on it ends with the session. One that comes too late is ended at once, and ResourceNotFoundException thrown. */
    void adopt(Running program) {
        synchronized (this) {
            if (!ended) {
                running.add(program);
                return;
            }
        }
        program.kill();
        throw AwsFault.notFound("The session has ended.");
    }

    synchronized void release(Running program) {
        running.remove(program);
    }

    /** Ends every process and removes every file; idempotent. */
    void end() throws IOException {
        List<Running> last;
        synchronized (this) {
            ended = true;
            last = List.copyOf(running);
        }
        code.end();
        last.forEach(Running::kill);
        tasks.end();
        Stragglers.end(files.home());
        files.close();
        Directories.remove(home);
    }
}
