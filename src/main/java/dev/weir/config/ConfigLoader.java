package dev.weir.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lays the sources of settings over one another, later ones winning: the records' defaults, the file, the environment, the command
 * line. It looks at everything before it gives up, so that one attempt shows all that is wrong.
 */
public final class ConfigLoader {
    private static final String AGENTS = "agents";

    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>(RecordTree.flatten(WeirConfig.DEFAULT));
    private final Map<String, String> sources = new HashMap<>();

    private ConfigLoader() {}

    /**
     * A setting on the command line.
     *
     * @param name as the user knows it, such as {@code --port}
     */
    public record Flag(String name, String key, String text) {
        /** Without the text, which may be a secret in the wrong place. */
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The configuration in force.
     *
     * @param environment all of it; only names that begin with {@code WEIR_} matter
     * @throws ConfigException with every problem found
     */
    public static LoadedConfig load(Optional<Path> file, Map<String, String> environment, List<Flag> flags) {
        ConfigLoader loader = new ConfigLoader();
        file.ifPresent(path -> loader.lay(YamlSource.read(path, loader.problems)));
        loader.lay(EnvironmentSource.read(environment, loader.problems));
        loader.lay(flags.stream().map(flag -> new Entry(flag.key(), flag.text(), flag.name())).toList());
        return loader.finish();
    }

    private void lay(List<Entry> entries) {
        Map<String, String> seen = new HashMap<>();
        for (Entry entry : entries) {
            String first = seen.putIfAbsent(entry.key(), entry.source());
            if (first == null) {
                Settings.of(entry.key()).ifPresentOrElse(setting -> set(setting, entry), () -> refuse(entry));
            } else {
                problem(entry, "is set twice, first by " + first);
            }
        }
    }

    private void set(Setting setting, Entry entry) {
        Object value;
        try {
            value = setting.kind().parse(Optional.ofNullable(entry.text()).orElseThrow(IllegalArgumentException::new));
        } catch (IllegalArgumentException e) {
            problem(entry, "must be " + setting.valueKind().expected());
            return;
        }
        sources.put(entry.key(), entry.source());
        if (setting.isOpen()) {
            String name = setting.nameIn(entry.key()).orElseThrow();
            values.merge(setting.key(), Map.of(name, value), ConfigLoader::union);
        } else {
            values.put(setting.key(), value);
        }
    }

    private static Object union(Object lower, Object upper) {
        Map<Object, Object> all = new LinkedHashMap<>((Map<?, ?>) lower);
        all.putAll((Map<?, ?>) upper);
        return Map.copyOf(all);
    }

    private void refuse(Entry entry) {
        String key = entry.key();
        Optional<Setting> open = Settings.ALL.stream()
                .filter(setting -> setting.kind() instanceof Kind.Named && (key + ".").startsWith(setting.key() + "."))
                .findFirst();
        boolean section = Settings.ALL.stream().anyMatch(setting -> setting.isBelow(key));
        if (open.isPresent()) {
            problem(entry, "must be " + open.get().kind().expected());
        } else if (section) {
            problem(entry, "is a section and must be a mapping");
        } else {
            List<String> known = Settings.ALL.stream().map(Setting::key).toList();
            problem(entry, "is not a setting"
                    + Nearest.to(key, known).map(other -> "; did you mean " + other + "?").orElse(""));
        }
    }

    /** What is set of each agent, over the defaults of an agent. */
    private Map<String, AgentConfig> agents() {
        Map<String, Map<String, Object>> set = new LinkedHashMap<>();
        Settings.ALL.stream().filter(Setting::isOfEach).forEach(setting -> {
            String field = setting.key().substring((AGENTS + ".*.").length());
            ((Map<?, ?>) values.getOrDefault(setting.key(), Map.of()))
                    .forEach((name, value) -> set
                            .computeIfAbsent((String) name, _ -> RecordTree.flatten(AgentConfig.DEFAULT))
                            .put(field, value));
        });
        Map<String, AgentConfig> agents = new LinkedHashMap<>();
        set.forEach((name, leaves) -> agents.put(name, RecordTree.build(AgentConfig.class, leaves)));
        return agents;
    }

    private void problem(Entry entry, String message) {
        problems.add(new ConfigProblem(entry.key(), entry.source(), message));
    }

    private LoadedConfig finish() {
        values.put(AGENTS, agents());
        WeirConfig config = RecordTree.build(WeirConfig.class, values);
        // A value that was refused is at its default here: rules that involve it would blame the wrong thing.
        if (problems.isEmpty()) {
            problems.addAll(Rules.broken(config, key -> sources.getOrDefault(key, "default")));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new LoadedConfig(config, sources);
    }
}
