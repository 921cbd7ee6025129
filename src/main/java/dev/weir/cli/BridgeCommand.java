package dev.weir.cli;

import dev.weir.app.BridgeOrder;
import dev.weir.app.RuntimeTarget;
import dev.weir.config.AgentToml;
import dev.weir.config.ConfigException;
import dev.weir.config.ConfigProblem;
import dev.weir.config.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir agentcore-bridge}: the command an ACP client runs in place of an agent. */
@Command(name = "agentcore-bridge", sortOptions = false, abbreviateSynopsis = true)
final class BridgeCommand implements Callable<Integer> {
    private static final String DEFAULT_COMMAND = "kiro-cli acp --trust-all-tools";
    private static final int MOST_SECONDS = 3600;

    private final ToIntFunction<BridgeOrder> bridge;
    private final Map<String, String> environment;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Mixin
    private RuntimeOptions runtime = new RuntimeOptions();

    @Option(names = "--command", paramLabel = "CMD", description = "The agent's command line in the microVM ("
            + DEFAULT_COMMAND + ").")
    private String command;

    @Option(names = "--cancel-strategy", paramLabel = "WORD", description = "What happens to an agent that does not heed a cancel: stop ends its microVM, noop lets it be (stop).")
    private String cancelStrategy;

    @Option(names = "--config-toml", paramLabel = "FILE", description = "OpenAB's config.toml: runtime_arn, shell_command and cancel_strategy of its [agentcore] table, where no option says otherwise.")
    private Path toml;

    @Option(names = "--thread", paramLabel = "PLATFORM:ID", description = "A conversation: the same one gets the same microVM, for ever.")
    private String thread = "";

    @Option(names = "--cwd", paramLabel = "DIR", description = "Working directory of sessions in the microVM, in place of the client's.")
    private String cwd = "";

    @Option(names = "--no-client-services", description = "Keep the client's files and terminals from the agent.")
    private boolean noClientServices;

    @Option(names = "--permissions", paramLabel = "WORD", description = "Who answers what the agent asks permission for: ask the client; or auto allows, deny refuses, with what the agent offers (ask).")
    private String permissions = "ask";

    @Option(names = "--start-timeout", paramLabel = "SECONDS", description = "For the agent's start, once its shell is there (60).")
    private int startTimeout = 60;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "debug, info, warn or error; on standard error (info).")
    private String logLevel = "info";

    BridgeCommand(ToIntFunction<BridgeOrder> bridge, Map<String, String> environment) {
        this.bridge = bridge;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        AgentToml file = toml == null ? new AgentToml(Map.of(), Optional.empty()) : AgentToml.read(toml, environment);
        List<ConfigProblem> problems = new ArrayList<>();
        Optional<RuntimeTarget> target = runtime.target(environment, file.values(), problems);
        String strategy = or(cancelStrategy, file.values().getOrDefault("cancel_strategy", "stop"))
                .toLowerCase(Locale.ROOT);
        check(problems, strategy.matches("stop|noop"), cancelStrategy == null ? "cancel_strategy" : "--cancel-strategy",
                "must be stop or noop");
        check(problems, thread.isEmpty() || RuntimeOptions.isThread(thread), "--thread",
                "must be PLATFORM:ID, the platform in small letters");
        check(problems, permissions.matches("ask|auto|deny"), "--permissions", "must be ask, auto or deny");
        check(problems, startTimeout >= 1 && startTimeout <= MOST_SECONDS, "--start-timeout",
                "must be 1 to " + MOST_SECONDS);
        String agent = or(command, file.values().getOrDefault("shell_command", DEFAULT_COMMAND));
        check(problems, BridgeOrder.isTypable(agent), command == null ? "shell_command" : "--command",
                "must have no control characters, and at most about 3000 bytes");
        check(problems, logLevel.matches("debug|info|warn|error"), "--log-level",
                "must be debug, info, warn or error");
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        Logging.apply(new LogConfig("text", logLevel));
        return bridge.applyAsInt(new BridgeOrder(target.orElseThrow(), agent, thread, cwd,
                new BridgeOrder.Policy(strategy.equals("stop"), !noClientServices, permissions),
                Duration.ofSeconds(startTimeout)));
    }

    private static void check(List<ConfigProblem> problems, boolean good, String source, String otherwise) {
        if (!good) {
            problems.add(new ConfigProblem("", source, otherwise));
        }
    }

    private static String or(String given, String otherwise) {
        return given == null ? otherwise : given;
    }
}
