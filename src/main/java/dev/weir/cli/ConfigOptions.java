package dev.weir.cli;

import dev.weir.config.ConfigException;
import dev.weir.config.ConfigLoader;
import dev.weir.config.ConfigLoader.Flag;
import dev.weir.config.ConfigProblem;
import dev.weir.config.LoadedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. All are text here: the loader judges them, with everything else. */
final class ConfigOptions {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Option(names = {"-c",
        "--config"}, paramLabel = "FILE", description = "Configuration file. Else $$WEIR_CONFIG, else the distribution's conf/weir.yaml.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory (data).")
    private String data;

    @Option(names = "--log-format", paramLabel = "FORMAT", description = "text or json (log.format).")
    private String logFormat;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "debug, info, warn or error (log.level).")
    private String logLevel;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting of conf/weir.yaml; may be repeated.")
    private List<String> settings = new ArrayList<>();

    /**
     * The configuration in force.
     *
     * @param environment where {@code WEIR_*} is looked up
     * @param own the command's own flags; those whose text is null were not given
     * @throws ConfigException with every problem found
     */
    LoadedConfig load(Map<String, String> environment, Flag... own) {
        List<Flag> flags = new ArrayList<>(List.of(own));
        flags.add(new Flag("--data", "data", data));
        flags.add(new Flag("--log-format", "log.format", logFormat));
        flags.add(new Flag("--log-level", "log.level", logLevel));
        flags.removeIf(flag -> flag.text() == null);
        List<ConfigProblem> problems = new ArrayList<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals > 0) {
                flags.add(new Flag("--set", setting.substring(0, equals), setting.substring(equals + 1)));
            } else {
                problems.add(new ConfigProblem("", "--set", "must be KEY=VALUE"));
            }
        }
        try {
            LoadedConfig loaded = ConfigLoader.load(file(environment), environment, flags);
            if (problems.isEmpty()) {
                return loaded;
            }
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        throw new ConfigException(problems);
    }

    /** The file asked for, which must exist, or the one that comes with the distribution, if it is there. */
    private Optional<Path> file(Map<String, String> environment) {
        String named = environment.getOrDefault("WEIR_CONFIG", "");
        if (file != null || !named.isEmpty()) {
            return Optional.of(file != null ? file : Path.of(named));
        }
        return Optional.ofNullable(System.getProperty("weir.home"))
                .map(home -> Path.of(home, "conf", "weir.yaml"))
                .filter(Files::isRegularFile);
    }
}
