package dev.weir.emulator.shell;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What a session's programs find in their environment; {@code Stragglers} know them by it. */
public final class ProgramEnvironment {
    private static final Set<String> KEPT = Set.of("PATH", "LANG", "LC_ALL", "USER", "TZ");

    private ProgramEnvironment() {}

    /** Leaves what a program needs of the emulator's own environment, and none of its secrets. */
    public static void curate(Map<String, String> environment, Path directory) {
        environment.keySet().retainAll(KEPT);
        environment.put("HOME", directory.toString());
        environment.put("TMPDIR", directory.toString());
    }
}
