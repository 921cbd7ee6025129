package dev.weir.cli;

import java.util.List;

/**
 * Runs client commands one after another, for the build to record what the JVM needs for them. It is in the distribution because a
 * cache is bound to a class path; nothing else calls it. What a command needs that few people call often is not recorded: each class in
 * the cache costs every launch.
 */
final class Rehearsal {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("sandbox", "--help"), List.of("sandbox", "run"), List.of("sandbox", "run", "print(1)"),
            List.of("sandbox", "run", "--json", "--cmd", "echo 1"), List.of("--help"), List.of("skil"),
            List.of("skill", "--help"), List.of("skill", "push", "--help"));

    private Rehearsal() {}

    public static void main(String[] arguments) {
        COMMANDS.forEach(Main::run);
        Main.launch().stop().run();
    }
}
