package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir} itself: shows what there is. */
@Command(name = "weir", mixinStandardHelpOptions = true, versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND", description = "A streaming gateway for Amazon Bedrock AgentCore.", footer = {
    "", "Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or configuration,",
    "3 not allowed, 4 not found, 5 conflict, 6 quota, 7 AgentCore failed,",
    "8 unavailable, 130 interrupted."})
final class WeirCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
