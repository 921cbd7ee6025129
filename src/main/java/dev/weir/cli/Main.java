package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
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
        System.exit(arguments.length > 0 && arguments[0].equals("sandbox")
                ? SandboxCommand.run(List.of(arguments).subList(1, arguments.length), System.getenv())
                : Tree.run(arguments, () -> System.exit(ExitCode.OK)));
    }

    /** All commands. A class of its own: what it names is loaded with it, and a sandbox has no use for that. */
    private static final class Tree {
        static int run(String[] arguments, Runnable stop) {
            Launch launch = new Launch(config -> Serve.run(config), config -> Emulate.run(config),
                    config -> RotateSecretsKey.run(config),
                    config -> (skill, zip) -> CheckResult.of(OfflineCheck.run(config.skills(), skill, zip)),
                    order -> StdioBridge.run(order), order -> AcpRelay.run(order), order -> RemoteShell.run(order),
                    stop);
            return CommandLines.of(launch, System.getenv()).execute(arguments);
        }
    }
}
