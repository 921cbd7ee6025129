package dev.weir.feature.env;

import dev.weir.wire.env.EnvFilter;
import dev.weir.wire.env.StrippedName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds the whole environment of a handler from what its tenant asked for: variables and secrets alike pass {@link EnvFilter}, and the
 * runner applies the same filter again.
 */
public final class EnvCurator {
    private static final Map<String, String> BASE = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8",
            "PYTHONUTF8", "1",
            "PYTHONDONTWRITEBYTECODE", "1");

    private EnvCurator() {}

    /**
     * What the handler sees, and the names that were left out, in order.
     */
    public record Curated(Map<String, String> env, List<StrippedName> stripped) {
        public Curated {
            env = Map.copyOf(env);
            stripped = List.copyOf(stripped);
        }

        /** Without values. */
        @Override
        public String toString() {
            return "Curated" + env.keySet();
        }
    }

    /** The base, overridden by what the tenant may set of {@code wanted}. */
    public static Curated curate(Map<String, String> wanted) {
        EnvFilter.Filtered filtered = EnvFilter.filter(wanted);
        Map<String, String> env = new TreeMap<>(BASE);
        env.putAll(filtered.kept());
        return new Curated(env, filtered.stripped());
    }
}
