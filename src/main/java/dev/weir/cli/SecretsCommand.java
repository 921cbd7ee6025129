package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import dev.weir.config.WeirConfig;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir secrets}: what an operator does with the secrets of a data directory. */
@Command(name = "secrets", synopsisSubcommandLabel = "COMMAND", description = "Look after the secrets in a data directory.")
final class SecretsCommand implements Callable<Integer> {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** {@code weir secrets rotate-key}. */
    @Command(name = "rotate-key", sortOptions = false, abbreviateSynopsis = true, description = "Encrypt all secrets anew under a new key and forget the old one. Stop the gateway first.")
    static final class RotateKey implements Callable<Integer> {
        private final ToIntFunction<WeirConfig> rotate;
        private final Map<String, String> environment;

        @Mixin
        private ConfigOptions options;

        @Spec
        private CommandSpec spec;

        RotateKey(ToIntFunction<WeirConfig> rotate, Map<String, String> environment) {
            this.rotate = rotate;
            this.environment = environment;
        }

        @Override
        public Integer call() {
            WeirConfig config = options.load(environment).config();
            Logging.apply(config.log());
            int secrets = rotate.applyAsInt(config);
            PrintWriter out = spec.commandLine().getOut();
            out.println(secrets + (secrets == 1 ? " secret is" : " secrets are") + " under a new key");
            out.flush();
            return ExitCode.OK;
        }
    }
}
