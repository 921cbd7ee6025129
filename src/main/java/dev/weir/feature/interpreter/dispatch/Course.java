package dev.weir.feature.interpreter.dispatch;

import java.util.Optional;

/** What a dispatch has come to so far. Its thread's alone. */
final class Course {
    /** Bytes of JSON: what a skill yields and what it returns, together. */
    static final int MAX_OUTPUT = 8 * 1024 * 1024;
    static final int MAX_MESSAGE = 1024 * 1024;
    static final int MAX_MESSAGES = 10_000;
    private static final int STDOUT = 256 * 1024;
    private static final int STDERR = 32 * 1024;

    private final Captured stdout = new Captured(STDOUT);
    private final Captured stderr = new Captured(STDERR);
    private final DispatchEvents events;
    Optional<String> session = Optional.empty();
    Optional<String> bundleDigest = Optional.empty();

    Course(DispatchEvents events) {
        this.events = events;
    }

    DispatchEvents events() {
        return events;
    }

    void stdout(String text) {
        add(stdout, "stdout", text);
    }

    void stderr(String text) {
        add(stderr, "stderr", text);
    }

    private void add(Captured captured, String stream, String text) {
        if (!text.isEmpty()) {
            captured.append(text);
            events.output(stream, text);
        }
    }

    Captured stdout() {
        return stdout;
    }

    Captured stderr() {
        return stderr;
    }
}
