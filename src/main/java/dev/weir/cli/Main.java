package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Subcommands;
import dev.weir.app.AcpRelay;
import dev.weir.app.Emulate;
import dev.weir.app.OfflineCheck;
import dev.weir.app.RemoteShell;
import dev.weir.app.RotateSecretsKey;
import dev.weir.app.Serve;
import dev.weir.app.StdioBridge;
import dev.weir.cli.skill.CheckResult;
import java.util.List;

/** The command line's entry: the only place that ends the process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int code = run(List.of(arguments));
        if (isSandbox(List.of(arguments))) {
            // It has closed what it opened, and nothing of it waits for the end. System.exit would first look through every jar for
            // somebody to log that it ends, which takes longer than help does.
            Runtime.getRuntime().halt(code);
        }
        exit(code);
    }

    /** The exit code. */
    static int run(List<String> arguments) {
        return isSandbox(arguments)
                ? SandboxCommand.run(arguments.subList(1, arguments.size()), System.getenv())
                : Tree.run(arguments);
    }

    static void exit(int code) {
        System.exit(code);
    }

    private static boolean isSandbox(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("sandbox");
    }

    /** All commands. A class of its own: what it names is loaded with it, and a sandbox has no use for that. */
    private static final class Tree {
        static int run(List<String> arguments) {
            Launch launch = new Launch(config -> Serve.run(config), config -> Emulate.run(config),
                    config -> RotateSecretsKey.run(config),
                    config -> (skill, zip) -> CheckResult.of(OfflineCheck.run(config.skills(), skill, zip)),
                    order -> StdioBridge.run(order), order -> AcpRelay.run(order), order -> RemoteShell.run(order),
                    () -> exit(ExitCode.OK));
            return CommandLines.of(launch, System.getenv(), Subcommands.in(arguments))
                    .execute(arguments.toArray(String[]::new));
        }
    }
}
