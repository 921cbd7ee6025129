package dev.weir.emulator.shell;

import java.util.stream.Stream;

/** A program and all that it has started, as far as that has not left it. */
public final class ProcessTree {
    private ProcessTree() {}

    /** Ends all of it; of one that is over, nothing happens. */
    public static void kill(Process process) {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList()
                .forEach(ProcessHandle::destroyForcibly);
    }
}
