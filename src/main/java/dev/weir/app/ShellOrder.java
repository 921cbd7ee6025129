package dev.weir.app;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code weir shell} is to do.
 *
 * @param session the runtime session's id; empty = a new one, or the thread's
 * @param shell the shell's id; empty = a new one, or the thread's
 * @param thread {@code PLATFORM:ID} whose microVM to use; empty = none
 * @param stop whether to end the microVM afterwards
 * @param command to run instead of a terminal
 * @param timeout of the command, whole seconds
 * @param again the words of a command line that comes back to this runtime, without session and shell
 */
public record ShellOrder(RuntimeTarget target, String session, String shell, String thread, boolean stop,
        Optional<String> command, Duration timeout, List<String> again) {
    public ShellOrder {
        again = List.copyOf(again);
    }

    @Override
    public String toString() {
        return "ShellOrder[]";
    }
}
