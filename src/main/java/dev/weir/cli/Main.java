package dev.weir.cli;

import dev.weir.app.Emulate;
import dev.weir.app.Serve;
import dev.weir.app.StdioBridge;

/** The command line's entry: the only place that ends the process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Launch launch = new Launch(config -> Serve.run(config), config -> Emulate.run(config),
                order -> StdioBridge.run(order), () -> System.exit(ExitCode.OK));
        System.exit(CommandLines.of(launch, System.getenv()).execute(arguments));
    }
}
