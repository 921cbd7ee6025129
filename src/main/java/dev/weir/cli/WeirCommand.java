package dev.weir.cli;

import dev.weir.cli.client.Subcommands;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code weir} itself: shows what there is. */
final class WeirCommand {
    private WeirCommand() {}

    static Subcommands with(Predicate<String> meant) {
        Subcommands weir = Subcommands.of("weir", meant);
        CommandSpec spec = weir.line().getCommandSpec();
        spec.versionProvider(new Version());
        spec.addOption(OptionSpec.builder("-V", "--version").versionHelp(true).type(boolean.class)
                .description("Show the version and exit.").build());
        spec.usageMessage().description("A streaming gateway for Amazon Bedrock AgentCore.").footer("",
                "Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or configuration,",
                "3 not allowed, 4 not found, 5 conflict, 6 quota, 7 AgentCore failed,",
                "8 unavailable, 130 interrupted.");
        return weir;
    }
}
