package dev.weir.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration and where each of its values comes from.
 *
 * @param sources key to {@code file:line}, an environment variable or a flag; keys left at their default are absent
 */
public record LoadedConfig(WeirConfig config, Map<String, String> sources) {
    /**
     * One value in force.
     *
     * @param text as it could stand in a file; {@code [redacted]} where it may hold a secret
     */
    public record Effective(String key, String text, String source) {}

    public LoadedConfig {
        sources = Map.copyOf(sources);
    }

    /** Every value in force, in the order of the table. */
    public List<Effective> effective() {
        Map<String, Object> leaves = new LinkedHashMap<>(RecordTree.flatten(config));
        List<Effective> lines = new ArrayList<>();
        for (Setting setting : Settings.ALL) {
            if (setting.isOfEach()) {
                lines.addAll(ofEach(setting));
                continue;
            }
            Object value = leaves.get(setting.key());
            if (value instanceof Map<?, ?> named && !named.isEmpty()) {
                // A command line is free text: somebody will have put a token into it.
                named.keySet().stream().map(name -> setting.key() + "." + name).sorted()
                        .forEach(key -> lines.add(new Effective(key, "[redacted]", source(key))));
            } else {
                lines.add(new Effective(setting.key(), setting.kind().print(value), source(setting.key())));
            }
        }
        return lines;
    }

    private List<Effective> ofEach(Setting setting) {
        int name = setting.key().indexOf('*');
        return config.agents().keySet().stream().sorted().map(agent -> {
            String key = setting.key().replace("*", agent);
            Object value = RecordTree.flatten(config.agents().get(agent)).get(setting.key().substring(name + 2));
            return new Effective(key, key.endsWith(".shell-command") ? "[redacted]" : setting.kind().print(value),
                    source(key));
        }).toList();
    }

    private String source(String key) {
        return sources.getOrDefault(key, "default");
    }
}
