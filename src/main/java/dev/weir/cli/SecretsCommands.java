package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Subcommands;
import dev.weir.config.WeirConfig;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir secrets}: what an operator does with the secrets of a data directory. */
final class SecretsCommands {
    private SecretsCommands() {}

    static CommandLine of(ToIntFunction<WeirConfig> rotate, Map<String, String> environment,
            Predicate<String> meant) {
        return Subcommands.of("secrets", meant)
                .add("rotate-key",
                        "Encrypt all secrets anew under a new key and forget the old one. Stop the gateway first.",
                        () -> new RotateKey(rotate, environment))
                .line();
    }

    /** {@code weir secrets rotate-key}. */
    @Command(name = "rotate-key", sortOptions = false, abbreviateSynopsis = true)
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
