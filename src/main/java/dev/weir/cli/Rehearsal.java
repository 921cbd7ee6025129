package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import java.util.List;

/**
 * Runs client commands one after another, for the build to record what the JVM needs for them. It is in the distribution because a
 * cache is bound to a class path; nothing else calls it. What a command needs that few people call often is not recorded: each class in
 * the cache costs every launch.
 */
final class Rehearsal {
    private static final List<List<String>> HELP = List.of(
            List.of("sandbox", "--help"), List.of("--help"), List.of("skil"), List.of("skill", "--help"),
            List.of("skill", "push", "--help"));
    private static final List<List<String>> WORK = List.of(
            List.of("sandbox", "run", "print(1)"), List.of("sandbox", "run", "--json", "--cmd", "echo 1"),
            List.of("skill", "list"));

    private Rehearsal() {}

    /** The one argument is {@code help} or {@code client}: what the launcher has a cache for. */
    public static void main(String[] arguments) {
        HELP.forEach(Main::run);
        if (!arguments[0].equals("help")) {
            WORK.forEach(Main::run);
        }
        Main.exit(ExitCode.OK);
    }
}
