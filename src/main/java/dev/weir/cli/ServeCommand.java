package dev.weir.cli;

import dev.weir.config.ConfigLoader.Flag;
import dev.weir.config.WeirConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir serve}: a gateway until SIGTERM or Ctrl-C. */
@Command(name = "serve", sortOptions = false, abbreviateSynopsis = true)
final class ServeCommand implements Callable<Integer> {
    private final Launch launch;
    private final Map<String, String> environment;

    @Mixin
    private ConfigOptions options;

    @Option(names = "--host", paramLabel = "HOST", description = "Address to listen on (server.host).")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on, 0 = any free one (server.port).")
    private String port;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "Port of health and metrics (admin.port).")
    private String adminPort;

    @Option(names = "--exit-with-parent", hidden = true, description = "Stop when the process that started this ends.")
    private boolean exitWithParent;

    ServeCommand(Launch launch, Map<String, String> environment) {
        this.launch = launch;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        WeirConfig config = options.load(environment, new Flag("--host", "server.host", host),
                new Flag("--port", "server.port", port), new Flag("--admin-port", "admin.port", adminPort)).config();
        Logging.apply(config.log());
        if (exitWithParent) {
            ProcessHandle.current().parent().ifPresent(this::endWith);
        }
        return launch.serve().applyAsInt(config);
    }

    /** Maven, told to end, leaves what it started running: so the one who was started has to watch. */
    private void endWith(ProcessHandle parent) {
        Thread.ofPlatform().daemon().name("exit-with-parent").start(() -> {
            parent.onExit().join();
            launch.stop().run();
        });
    }
}
