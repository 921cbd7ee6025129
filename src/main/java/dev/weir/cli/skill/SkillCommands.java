package dev.weir.cli.skill;

import dev.weir.cli.client.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir skill} itself: shows what there is. */
@Command(name = "skill", synopsisSubcommandLabel = "COMMAND", description = "Write, push, deploy and run skills on a gateway.")
public final class SkillCommands implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    /**
     * The tree below {@code weir skill}.
     *
     * @param environment where {@code WEIR_SERVER}, {@code WEIR_KEY} and the profiles are looked up
     * @param check judges packages on this machine
     */
    public static CommandLine of(Map<String, String> environment, Check check) {
        return new CommandLine(new SkillCommands())
                .addSubcommand(new InitCommand(environment))
                .addSubcommand(new CheckCommand(environment, check))
                .addSubcommand(new PushCommand(environment))
                .addSubcommand(new DeployCommand(environment))
                .addSubcommand(new InvokeCommand(environment))
                .addSubcommand(new LogsCommand(environment))
                .addSubcommand(new ListCommand(environment))
                .addSubcommand(new CancelCommand(environment));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
