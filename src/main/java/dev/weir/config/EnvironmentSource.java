package dev.weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads {@code WEIR_SERVER_PORT} and its like. */
final class EnvironmentSource {
    private static final String PREFIX = "WEIR_";

    /** Names that are no settings: the launcher's, the client commands', and the place of the file. */
    static final Set<String> RESERVED = Set.of("WEIR_HOME", "WEIR_JAVA", "WEIR_JAVA_OPTS", "WEIR_EMULATOR_JAVA_OPTS",
            "WEIR_SERVER", "WEIR_KEY",
            "WEIR_CONFIG");

    private EnvironmentSource() {}

    /** What {@code environment} sets, by name; names that belong to nothing are added to {@code problems}. */
    static List<Entry> read(Map<String, String> environment, List<ConfigProblem> problems) {
        List<Entry> entries = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !RESERVED.contains(name)) {
                key(name).ifPresentOrElse(key -> entries.add(new Entry(key, value, name)),
                        () -> problems.add(new ConfigProblem(name, name, unknown(name))));
            }
        });
        return entries;
    }

    private static Optional<String> key(String variable) {
        return Settings.ALL.stream().flatMap(setting -> setting.keyOf(variable).stream()).findFirst();
    }

    private static String unknown(String name) {
        List<String> known = new ArrayList<>(Settings.ALL.stream().map(Setting::variable).toList());
        known.addAll(RESERVED);
        return "sets nothing" + Nearest.to(name, known).map(other -> "; did you mean " + other + "?").orElse("");
    }
}
