package dev.weir.cli.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command that only has others below it, and shows them when it is called alone. Of those only the ones that can be meant are built
 * whole, and nothing here reads an annotation: the JVM makes a class for each kind of them, and that takes longer than most commands run.
 */
public final class Subcommands {
    private final CommandLine parent;
    private final Predicate<String> meant;

    private Subcommands(CommandLine parent, Predicate<String> meant) {
        this.parent = parent;
        this.meant = meant;
    }

    /**
     * Starts with a command that has none yet.
     *
     * @param meant whether a command of that name can be what the arguments ask for; too many are only slower
     */
    public static Subcommands of(String name, Predicate<String> meant) {
        Overview overview = new Overview();
        CommandSpec spec = CommandSpec.wrapWithoutInspection(overview).name(name);
        spec.usageMessage().synopsisSubcommandLabel("COMMAND");
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).type(boolean.class)
                .description("Show this and exit.").build());
        overview.line = new CommandLine(spec);
        return new Subcommands(overview.line, meant);
    }

    /** Those whose names are among the arguments: a command is asked for in no other way. */
    public static Predicate<String> in(List<String> arguments) {
        return Set.copyOf(arguments)::contains;
    }

    /**
     * Adds one.
     *
     * @param command makes the command's object, or a {@link CommandLine} of it
     * @return this
     */
    public Subcommands add(String name, String description, Supplier<?> command) {
        Object told = meant.test(name) ? command.get() : CommandSpec.create().name(name);
        CommandLine line = told instanceof CommandLine whole ? whole : new CommandLine(told);
        line.getCommandSpec().usageMessage().description(description);
        parent.addSubcommand(name, line);
        return this;
    }

    /** The command with all of them. */
    public CommandLine line() {
        return parent;
    }

    private static final class Overview implements Callable<Integer> {
        private CommandLine line;

        @Override
        public Integer call() {
            line.usage(line.getErr());
            return ExitCode.USAGE;
        }
    }
}
