package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Profile;
import dev.weir.cli.client.Terminal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every client command, and how each of them ends. */
final class ClientOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Option(names = "--server", paramLabel = "URL", description = "The gateway; else $$WEIR_SERVER, a profile's, or http://127.0.0.1:8080.")
    private String server;

    @Option(names = "--profile", paramLabel = "NAME", description = "Server and key of that name in profiles.yaml; else $$WEIR_SERVER and $$WEIR_KEY.")
    private String profile;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "90", description = "For one answer of the gateway (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--json", description = "One JSON value on stdout, also on failure.")
    private boolean json;

    /** What a command does; its result is the exit code. */
    interface Work {
        int run(Terminal terminal);
    }

    boolean json() {
        return json;
    }

    Gateway gateway(Map<String, String> environment) {
        if (timeout < 1 || timeout > 3600) {
            throw ClientException.usage("--timeout must be 1 to 3600 seconds");
        }
        return new Gateway(Profile.find(environment, Optional.ofNullable(profile), Optional.ofNullable(server)),
                Duration.ofSeconds(timeout));
    }

    int run(Map<String, String> environment, Work work) {
        Terminal terminal = new Terminal(spec.commandLine().getOut(), spec.commandLine().getErr(), environment);
        try {
            return work.run(terminal);
        } catch (ClientException failure) {
            if (json) {
                terminal.json(JsonNodeFactory.instance.objectNode().set("error", failure.error()));
            } else {
                terminal.alarm(spec.qualifiedName() + ": " + failure.getMessage());
            }
            return failure.exitCode();
        }
    }
}
