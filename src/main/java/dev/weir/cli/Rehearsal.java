package dev.weir.cli;

import dev.weir.cli.client.Subcommands;
import java.util.List;
import java.util.Map;

/**
 * Runs client commands one after another, for the build to record what the JVM needs for them. It is in the distribution because a
 * cache is bound to a class path; nothing else calls it.
 */
final class Rehearsal {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("--help"), List.of("--version"), List.of("skil"),
            List.of("skill", "--help"), List.of("skill", "list"), List.of("skill", "list", "--json"),
            List.of("shell", "--help"), List.of("agentcore-bridge", "--help"), List.of("acp", "--help"),
            List.of("check-config"));

    private Rehearsal() {}

    public static void main(String[] arguments) {
        Launch launch = Main.launch();
        Map<String, String> environment = System.getenv();
        for (List<String> command : COMMANDS) {
            CommandLines.of(launch, environment, Subcommands.in(command)).execute(command.toArray(String[]::new));
        }
        launch.stop().run();
    }
}
