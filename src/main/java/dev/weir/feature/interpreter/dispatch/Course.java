package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.tool.Answer;
import java.util.Optional;

/** What a dispatch has come to so far. Its thread's alone. */
final class Course {
    /** Bytes of JSON: what a skill yields and what it returns, together. */
    static final int MAX_OUTPUT = 8 * 1024 * 1024;
    static final int MAX_MESSAGE = 1024 * 1024;
    static final int MAX_MESSAGES = 10_000;
    static final int STDOUT = 256 * 1024;
    static final int STDERR = 32 * 1024;

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

    /** The answer is complete. What is structured in it counts, where it is at odds with what came. */
    void settle(Answer answer) {
        stdout.keep(answer.stdout());
        stderr.keep(answer.stderr());
    }

    void add(Answer.Piece piece) {
        (piece.stream().equals("stdout") ? stdout : stderr).append(piece.text());
        events.output(piece.stream(), piece.text());
    }

    Captured stdout() {
        return stdout;
    }

    Captured stderr() {
        return stderr;
    }
}
