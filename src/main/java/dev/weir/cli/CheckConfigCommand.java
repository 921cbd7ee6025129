package dev.weir.cli;

import dev.weir.cli.client.ExitCode;
import dev.weir.config.LoadedConfig;
import dev.weir.config.ReferenceFile;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir check-config}: what {@code serve} would run with, or everything that keeps it from running. */
@Command(name = "check-config", sortOptions = false, abbreviateSynopsis = true)
final class CheckConfigCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ConfigOptions options;

    @Option(names = "--print", description = "Show every value in force and where it comes from.")
    private boolean print;

    @Option(names = "--defaults", description = "Show a configuration file with every key, its meaning and its default.")
    private boolean defaults;

    @Spec
    private CommandSpec spec;

    CheckConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (defaults) {
            out.print(ReferenceFile.render());
            out.flush();
            return ExitCode.OK;
        }
        LoadedConfig loaded = options.load(environment);
        if (print) {
            loaded.effective().forEach(each -> out.println(each.key() + ": " + each.text() + "  # " + each.source()));
        }
        out.println((print ? "# " : "") + "configuration is valid");
        out.flush();
        return ExitCode.OK;
    }
}
