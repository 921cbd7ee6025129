package dev.weir.cli;

import dev.weir.app.AcpOrder;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.Profile;
import dev.weir.config.LogConfig;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir acp}: what an ACP client runs in place of an agent that it reaches through a gateway. */
@Command(name = "acp", sortOptions = false, abbreviateSynopsis = true)
final class AcpCommand implements Callable<Integer> {
    private final ToIntFunction<AcpOrder> relay;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Option(names = "--server", paramLabel = "URL", description = "The gateway; else $$WEIR_SERVER, a profile's, or http://127.0.0.1:8080.")
    private String server;

    @Option(names = "--profile", paramLabel = "NAME", description = "Server and key of that name in profiles.yaml; else $$WEIR_SERVER and $$WEIR_KEY.")
    private String profile;

    @Option(names = "--agent", paramLabel = "NAME", description = "The agent, by its name at the gateway; may be left out by who has one only.")
    private String agent = "";

    @Option(names = "--thread", paramLabel = "PLATFORM:ID", description = "A conversation: the same one gets the same microVM, for ever.")
    private String thread = "";

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "debug, info, warn or error; on standard error (warn).")
    private String logLevel = "warn";

    AcpCommand(ToIntFunction<AcpOrder> relay, Map<String, String> environment) {
        this.relay = relay;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try {
            check(agent.matches("([A-Za-z0-9][A-Za-z0-9_-]{0,63})?"), "--agent is the name of an agent");
            check(thread.isEmpty() || RuntimeOptions.isThread(thread),
                    "--thread must be PLATFORM:ID, the platform in small letters");
            check(logLevel.matches("debug|info|warn|error"), "--log-level must be debug, info, warn or error");
            Profile found = Profile.find(environment, Optional.ofNullable(profile), Optional.ofNullable(server));
            Logging.apply(new LogConfig("text", logLevel));
            return relay.applyAsInt(new AcpOrder(found.server(), found.key(), agent, thread));
        } catch (ClientException failure) {
            spec.commandLine().getErr().println(spec.qualifiedName() + ": " + failure.getMessage());
            return failure.exitCode();
        }
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw ClientException.usage(otherwise);
        }
    }
}
