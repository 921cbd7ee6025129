package dev.weir.feature.env;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Builds the whole environment of a handler from what its tenant asked for. Names that could redirect the interpreter, the loader or the
 * platform's own credentials are stripped, whatever their case (features S0-45, S0-46).
 */
public final class EnvCurator {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final List<String> RESERVED_PREFIXES = List.of("AWS_", "AGENT_RUNNER_", "WEIR_", "LD_", "DYLD_",
            "PYTHON", "GLIBC_", "GCONV_");
    private static final Set<String> RESERVED = Set.of("BASH_ENV", "ENV", "NODE_OPTIONS", "HOSTALIASES", "LOCALDOMAIN",
            "RES_OPTIONS",
            "MALLOC_TRACE", "NLSPATH", "IFS", "SHELLOPTS", "PERL5LIB", "PERL5OPT", "RUBYOPT", "RUBYLIB",
            "JAVA_TOOL_OPTIONS");

    private static final Map<String, String> BASE = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8",
            "PYTHONUTF8", "1",
            "PYTHONDONTWRITEBYTECODE", "1");

    private EnvCurator() {}

    /**
     * What the handler sees, and the names that were left out.
     */
    public record Curated(Map<String, String> env, List<String> stripped) {
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

    public static Curated curate(Map<String, String> wanted) {
        Map<String, String> env = new TreeMap<>(BASE);
        List<String> stripped = new ArrayList<>();
        new TreeMap<>(wanted).forEach((name, value) -> {
            if (isReserved(name) || value.indexOf('\0') >= 0) {
                stripped.add(name);
            } else {
                env.put(name, value);
            }
        });
        return new Curated(env, stripped);
    }

    static boolean isReserved(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return !NAME.matcher(name).matches() || RESERVED.contains(upper)
                || RESERVED_PREFIXES.stream().anyMatch(upper::startsWith);
    }
}
