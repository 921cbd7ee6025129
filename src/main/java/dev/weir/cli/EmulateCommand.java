package dev.weir.cli;

import dev.weir.config.ConfigLoader.Flag;
import dev.weir.config.WeirConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir emulate}: a local AgentCore until SIGTERM or Ctrl-C. */
@Command(name = "emulate", sortOptions = false, abbreviateSynopsis = true)
final class EmulateCommand implements Callable<Integer> {
    private final Launch launch;
    private final Map<String, String> environment;

    @Mixin
    private ConfigOptions options;

    @Option(names = "--port", paramLabel = "PORT", description = "Loopback port, 0 = any free one (emulator.port).")
    private String port;

    @Option(names = "--region", paramLabel = "REGION", description = "Region it believes to be in (emulator.region).")
    private String region;

    @ArgGroup(exclusive = false, heading = "%nLife:%n")
    private Life life = new Life();

    @ArgGroup(exclusive = false, heading = "%nLimits of a WebSocket:%n")
    private Limits limits = new Limits();

    @ArgGroup(exclusive = false, heading = "%nTroubles on purpose:%n")
    private Faults faults = new Faults();

    EmulateCommand(Launch launch, Map<String, String> environment) {
        this.launch = launch;
        this.environment = environment;
    }

    /** How long sessions and the process stay. */
    static final class Life {
        @Option(names = "--idle-timeout", paramLabel = "TIME", description = "Of a session that says Healthy.")
        private String idleTimeout;

        @Option(names = "--max-lifetime", paramLabel = "TIME", description = "Of a session, whatever it says.")
        private String maxLifetime;

        @Option(names = "--linger", paramLabel = "TIME", description = "Of the process with nothing to do; 0s = for ever.")
        private String linger;
    }

    /** What a connection may do. */
    static final class Limits {
        @Option(names = "--max-message-bytes", paramLabel = "SIZE", description = "One message.")
        private String maxMessageBytes;

        @Option(names = "--max-messages-per-second", paramLabel = "N", description = "Messages a second.")
        private String maxMessagesPerSecond;

        @Option(names = "--connection-ttl", paramLabel = "TIME", description = "Life of a connection.")
        private String connectionTtl;
    }

    /** What goes wrong. */
    static final class Faults {
        @Option(names = "--cold-start", paramLabel = "TIME", description = "Added to a session's first call.")
        private String coldStart;

        @Option(names = "--conflict-while-provisioning", arity = "0..1", fallbackValue = "true", paramLabel = "BOOL", description = "Answer other calls meanwhile with 409 instead of letting them wait.")
        private String conflictWhileProvisioning;

        @Option(names = "--cut-every", paramLabel = "TIME", description = "Cut WebSockets, without a close frame.")
        private String cutEvery;

        @Option(names = "--slow-reader", paramLabel = "TIME", description = "Pause after each message read.")
        private String slowReader;
    }

    @Override
    public Integer call() {
        WeirConfig config = options.load(environment,
                new Flag("--port", "emulator.port", port),
                new Flag("--region", "emulator.region", region),
                new Flag("--idle-timeout", "emulator.idle-timeout", life.idleTimeout),
                new Flag("--max-lifetime", "emulator.max-lifetime", life.maxLifetime),
                new Flag("--linger", "emulator.linger", life.linger),
                new Flag("--max-message-bytes", "emulator.limits.max-message-bytes", limits.maxMessageBytes),
                new Flag("--max-messages-per-second", "emulator.limits.max-messages-per-second",
                        limits.maxMessagesPerSecond),
                new Flag("--connection-ttl", "emulator.limits.connection-ttl", limits.connectionTtl),
                new Flag("--cold-start", "emulator.faults.cold-start", faults.coldStart),
                new Flag("--conflict-while-provisioning", "emulator.faults.conflict-while-provisioning",
                        faults.conflictWhileProvisioning),
                new Flag("--cut-every", "emulator.faults.cut-every", faults.cutEvery),
                new Flag("--slow-reader", "emulator.faults.slow-reader", faults.slowReader)).config();
        Logging.apply(config.log());
        return launch.emulate().applyAsInt(config);
    }
}
