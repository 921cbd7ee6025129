package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Subcommands;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.cli.skill.SkillCommands;
import dev.weir.config.ConfigException;
import dev.weir.config.Nearest;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
        return of(launch, environment, _ -> true);
    }

    /**
     * The tree as far as some arguments need it.
     *
     * @param environment where {@code WEIR_*} is looked up
     * @param meant see {@link Subcommands}
     */
    static CommandLine of(Launch launch, Map<String, String> environment, Predicate<String> meant) {
        CommandLine root = WeirCommand.with(meant)
                .add("serve",
                        "Run the gateway. Without AWS settings it runs whole on this machine, with an emulator of AgentCore.",
                        () -> new ServeCommand(launch, environment))
                .add("emulate",
                        "Run a local AgentCore on loopback. The data directory gets its address and keys (emulator.env).",
                        () -> new EmulateCommand(launch, environment))
                .add("agentcore-bridge",
                        "Be an ACP agent on standard input and output, for one that runs in an AgentCore microVM. Credentials come from the environment, as the AWS CLI takes them.",
                        () -> new BridgeCommand(launch.bridge(), environment))
                .add("acp",
                        "Be an ACP agent on standard input and output, for one that a Weir gateway reaches. No AWS credentials are needed here.",
                        () -> new AcpCommand(launch.relay(), environment))
                .add("shell",
                        "Open a terminal in an AgentCore microVM, or run one command in it. Credentials come from the environment, as the AWS CLI takes them.",
                        () -> new ShellCommand(launch.shell(), environment))
                .add("sandbox", "Run code in an AgentCore Code Interpreter sandbox; help says how.",
                        () -> SandboxCommand.of(words -> SandboxCommand.run(words, environment)))
                .add("check-config",
                        "Check the configuration as serve and emulate would read it, without starting anything.",
                        () -> new CheckConfigCommand(environment))
                .add("secrets", "Look after the secrets in a data directory.",
                        () -> SecretsCommands.of(launch.rotateSecretsKey(), environment, meant))
                .add("skill", "Write, push, deploy and run skills on a gateway.",
                        () -> SkillCommands.of(environment, (skill, zip) -> launch.check()
                                .apply(new ConfigOptions().load(environment).config()).check(skill, zip), meant))
                .line();
        return root.setParameterExceptionHandler(CommandLines::misused)
                .setExecutionExceptionHandler(CommandLines::failed)
                .setAbbreviatedOptionsAllowed(false)
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(true);
    }

    private static int misused(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        PrintWriter err = command.getErr();
        tellPrograms(command, List.of(arguments).contains("--json"), misuse.getMessage());
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
            tellPrograms(command, config.getMessage());
            err.println(name(command) + ": the configuration has " + (count == 1 ? "a problem" : count + " problems"));
            config.problems().forEach(problem -> err.println("  " + problem));
            code = ExitCode.USAGE;
        } else {
            Problem problem = ProblemException.problemOf(failure);
            if (problem instanceof Problem.Internal internal) {
                LoggerFactory.getLogger(CommandLines.class).error("incident {}", internal.incident(), failure);
            }
            tellPrograms(command, problem.detail());
            err.println(name(command) + ": " + problem.detail());
            if (problem instanceof Problem.Invalid invalid) {
                invalid.violations().forEach(each -> err.println("  " + each.pointer() + " " + each.message()));
            }
            code = ExitCode.of(problem);
        }
        err.flush();
        return code;
    }

    private static void tellPrograms(CommandLine command, String detail) {
        tellPrograms(command, command.getParseResult().hasMatchedOption("--json"), detail);
    }

    /** Who asked for JSON gets one value of it on stdout, whatever happens. */
    private static void tellPrograms(CommandLine command, boolean wanted, String detail) {
        if (wanted) {
            JsonNodeFactory json = JsonNodeFactory.instance;
            command.getOut().println(json.objectNode().set("error", json.objectNode().put("detail", detail)));
            command.getOut().flush();
        }
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
