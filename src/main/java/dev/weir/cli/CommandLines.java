package dev.weir.cli;

import dev.weir.config.ConfigException;
import dev.weir.config.Nearest;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The tree of commands, and how what goes wrong in them is told: help on stdout, everything else on stderr. */
final class CommandLines {
    private CommandLines() {}

    /** @param environment where {@code WEIR_*} is looked up */
    static CommandLine of(Launch launch, Map<String, String> environment) {
        CommandLine root = new CommandLine(new WeirCommand())
                .addSubcommand(new ServeCommand(launch, environment))
                .addSubcommand(new EmulateCommand(launch, environment))
                .addSubcommand(new BridgeCommand(launch.bridge(), environment))
                .addSubcommand(new CheckConfigCommand(environment));
        return root.setParameterExceptionHandler(CommandLines::misused)
                .setExecutionExceptionHandler(CommandLines::failed)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true);
    }

    private static int misused(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(name(command) + ": " + misuse.getMessage());
        suggestion(misuse).ifPresent(word -> err.println("Did you mean " + word + "?"));
        err.print(command.getHelp().fullSynopsis());
        err.println("Try '" + name(command) + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static Optional<String> suggestion(ParameterException misuse) {
        if (!(misuse instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()) {
            return Optional.empty();
        }
        CommandLine command = misuse.getCommandLine();
        String typed = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
        return Nearest.to(typed, typed.startsWith("-")
                ? command.getCommandSpec().options().stream().filter(option -> !option.hidden())
                        .map(OptionSpec::longestName).toList()
                : command.getSubcommands().keySet());
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        int code;
        if (failure instanceof ConfigException config) {
            int count = config.problems().size();
            err.println(name(command) + ": the configuration has " + (count == 1 ? "a problem" : count + " problems"));
            config.problems().forEach(problem -> err.println("  " + problem));
            code = ExitCode.USAGE;
        } else {
            Problem problem = ProblemException.problemOf(failure);
            if (problem instanceof Problem.Internal internal) {
                LoggerFactory.getLogger(CommandLines.class).error("incident {}", internal.incident(), failure);
            }
            err.println(name(command) + ": " + problem.detail());
            if (problem instanceof Problem.Invalid invalid) {
                invalid.violations().forEach(each -> err.println("  " + each.pointer() + " " + each.message()));
            }
            code = ExitCode.of(problem);
        }
        err.flush();
        return code;
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
