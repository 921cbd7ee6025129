package dev.weir.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What {@code weir sandbox} is to do. None of these shows code in {@code toString}. */
public sealed interface SandboxOrder {
    SandboxTarget target();

    /** Whether one JSON value is wanted in place of text. */
    boolean json();

    /** A session to be used later; its id is the answer. */
    record Start(SandboxTarget target, Duration lifetime, boolean json) implements SandboxOrder {}

    record Stop(SandboxTarget target, String session) implements SandboxOrder {
        @Override
        public boolean json() {
            return false;
        }
    }

    /** Work in a session that is there, and stays. */
    record Exec(SandboxTarget target, String session, Work work, boolean json) implements SandboxOrder {}

    /** Work in a session of its own. */
    record Run(SandboxTarget target, Duration lifetime, Work work, boolean json) implements SandboxOrder {}

    /**
     * Files up, code, files down.
     *
     * @param strict whether a result that says it is an error, with exit code 0, is one
     */
    record Work(Code code, boolean strict, List<Upload> uploads, List<Download> downloads) {
        public Work {
            uploads = List.copyOf(uploads);
            downloads = List.copyOf(downloads);
        }
    }

    /** What is to be executed. */
    sealed interface Code {}

    /** A shell command. */
    record Command(String text) implements Code {
        @Override
        public String toString() {
            return "Command[" + text.length() + " characters]";
        }
    }

    /**
     * Code.
     *
     * @param language {@code python}, {@code javascript} or {@code typescript}
     * @param engine {@code python}, {@code nodejs} or {@code deno}; else what the service takes
     */
    record Program(String text, String language, Optional<String> engine, boolean clearContext) implements Code {
        @Override
        public String toString() {
            return "Program[" + language + ", " + text.length() + " characters]";
        }
    }

    /** A file to be put there. */
    record Upload(Path local, String remote) {}

    /**
     * A file to be fetched.
     *
     * @param local a file, which is replaced
     */
    record Download(String remote, Path local) {}
}
