package dev.weir.cli;

import dev.weir.app.RuntimeTarget;
import dev.weir.app.ShellOrder;
import dev.weir.config.ConfigException;
import dev.weir.config.ConfigProblem;
import dev.weir.config.LogConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir shell}: a terminal in a microVM, or a single command there. */
@Command(name = "shell", sortOptions = false, abbreviateSynopsis = true, footer = {
    "", "Ctrl-] detaches: the shell goes on, and the line that is then shown comes back",
    "to it. The exit code is that of the shell or of the command; a command that",
    "takes longer than its timeout has 124."})
final class ShellCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_CHARACTERS = 65_536;

    private final ToIntFunction<ShellOrder> shell;
    private final Map<String, String> environment;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Mixin
    private RuntimeOptions runtime = new RuntimeOptions();

    @Option(names = "--session", paramLabel = "ID", description = "The runtime session, that is the microVM, 33 to 100 letters, digits, - or _ (a new one).")
    private String session = "";

    @Option(names = "--shell", paramLabel = "ID", description = "The shell in it to come back to (a new one).")
    private String shellId = "";

    @Option(names = "--thread", paramLabel = "PLATFORM:ID", description = "A conversation, in place of the two: the same one gets the same microVM, for ever.")
    private String thread = "";

    @Option(names = "--stop", description = "End the microVM, and all that runs in it, afterwards.")
    private boolean stop;

    @Option(names = "-c", paramLabel = "CMD", description = "Run this instead of a terminal; its output is ours, it has no input.")
    private String command;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "For the command, 1 to 3600 (300).")
    private int timeout = 300;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "debug, info, warn or error; on standard error (error).")
    private String logLevel = "error";

    @Parameters(arity = "0..*", paramLabel = "CMD", description = "As -c, from words: they are joined by blanks. After -- where they look like options.")
    private List<String> words = List.of();

    ShellCommand(ToIntFunction<ShellOrder> shell, Map<String, String> environment) {
        this.shell = shell;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        List<ConfigProblem> problems = new ArrayList<>();
        Optional<RuntimeTarget> target = runtime.target(environment, Map.of(), problems);
        check(problems, session.isEmpty() || session.matches("[A-Za-z0-9][A-Za-z0-9_-]{32,99}"), "--session",
                "must be 33 to 100 letters, digits, - or _");
        check(problems, shellId.isEmpty() || shellId.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,127}"), "--shell",
                "must be 1 to 128 letters, digits, - or _");
        check(problems, shellId.isEmpty() || !session.isEmpty(), "--shell", "needs --session");
        check(problems, thread.isEmpty() || RuntimeOptions.isThread(thread), "--thread",
                "must be PLATFORM:ID, the platform in small letters");
        check(problems, thread.isEmpty() || session.isEmpty(), "--thread", "cannot be used with --session");
        check(problems, command == null || words.isEmpty(), "-c", "is there, and a command after the options, too");
        Optional<String> line = Optional.ofNullable(words.isEmpty() ? command : String.join(" ", words));
        check(problems, line.map(text -> !text.isEmpty() && text.length() <= MOST_CHARACTERS).orElse(true), "-c",
                "must have 1 to " + MOST_CHARACTERS + " characters");
        check(problems, timeout >= 1 && timeout <= MOST_SECONDS, "--timeout", "must be 1 to " + MOST_SECONDS);
        check(problems, logLevel.matches("debug|info|warn|error"), "--log-level",
                "must be debug, info, warn or error");
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        Logging.apply(new LogConfig("text", logLevel));
        List<String> again = new ArrayList<>(List.of(System.getProperty("weir.command", "weir"), "shell"));
        again.addAll(runtime.words());
        return shell.applyAsInt(new ShellOrder(target.orElseThrow(), session, shellId, thread, stop, line,
                Duration.ofSeconds(timeout), again));
    }

    private static void check(List<ConfigProblem> problems, boolean good, String source, String otherwise) {
        if (!good) {
            problems.add(new ConfigProblem("", source, otherwise));
        }
    }
}
