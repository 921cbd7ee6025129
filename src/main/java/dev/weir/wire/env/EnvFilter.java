package dev.weir.wire.env;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Strips the names that could redirect an interpreter, the loader, a shell or the platform's own credentials (features S0-45, S0-46).
 * Names are compared without regard to case: what Linux ignores in lower case, another platform or a launcher script may not.
 *
 * <p>Rules are named {@code prefix:AWS_}, {@code name:BASH_ENV}, {@code illegal-name} and {@code illegal-value}. A prefix counts at the
 * start only: {@code MY_AWS_REGION} passes.
 */
public final class EnvFilter {
    /** As POSIX wants names of variables; 255 characters at most. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private static final int SHOWN_NAME = 64;

    /** AWS_ and AGENT_RUNNER_ are the platform's, WEIR_ is ours; the others steer the dynamic loader, libc and CPython. */
    private static final List<String> PREFIXES = List.of("AWS_", "AGENT_RUNNER_", "WEIR_", "LD_", "DYLD_", "GLIBC_",
            "GCONV_", "MALLOC_", "PYTHON", "BASH_FUNC_", "GIT_CONFIG_");

    /** Of those that begin like the loader's or CPython's own, the ones that only tune or report, and LaunchDarkly's key. */
    private static final Set<String> HARMLESS = Set.of("PYTHONHASHSEED", "PYTHONUNBUFFERED", "PYTHONFAULTHANDLER",
            "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONTRACEMALLOC", "PYTHONASYNCIODEBUG", "LD_SDK_KEY");

    /** What makes a program that the handler starts load or run something, or resolve names elsewhere. */
    private static final Set<String> NAMES = Set.of(
            "BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "IFS", "CDPATH", "GLOBIGNORE",
            "NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE",
            "PERL5LIB", "PERL5OPT", "PERL5DB", "PERLLIB", "RUBYOPT", "RUBYLIB", "LUA_INIT", "LUA_PATH", "LUA_CPATH",
            "PHPRC", "PHP_INI_SCAN_DIR", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH",
            "HOSTALIASES", "LOCALDOMAIN", "NIS_PATH", "TZDIR", "RES_OPTIONS", "RESOLV_HOST_CONF", "NLSPATH", "LOCPATH",
            "GETCONF_DIR",
            "OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES", "SSLKEYLOGFILE", "GIT_SSH", "GIT_SSH_COMMAND",
            "GIT_ASKPASS",
            "GIT_EXEC_PATH", "PIP_CONFIG_FILE");

    private EnvFilter() {}

    /** What passed, and what did not, by name. */
    public record Filtered(Map<String, String> kept, List<StrippedName> stripped) {
        public Filtered {
            kept = Map.copyOf(kept);
            stripped = List.copyOf(stripped);
        }

        /** Without values. */
        @Override
        public String toString() {
            return "Filtered" + kept.keySet();
        }
    }

    /** Filters every entry. What was kept would be kept again. */
    public static Filtered filter(Map<String, String> wanted) {
        Map<String, String> kept = new TreeMap<>();
        List<StrippedName> stripped = new ArrayList<>();
        new TreeMap<>(wanted).forEach((name, value) -> rule(name, value).ifPresentOrElse(
                rule -> stripped.add(new StrippedName(shown(name), rule)), () -> kept.put(name, value)));
        return new Filtered(kept, stripped);
    }

    /** The rule that strips the variable; absent if it may pass. */
    public static Optional<String> rule(String name, String value) {
        return rule(name).or(() -> value.indexOf('\0') >= 0 ? Optional.of("illegal-value") : Optional.empty());
    }

    /** The rule that strips a variable of this name, whatever its value. */
    public static Optional<String> rule(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of("illegal-name");
        }
        String upper = name.toUpperCase(Locale.ROOT);
        if (HARMLESS.contains(upper)) {
            return Optional.empty();
        }
        if (NAMES.contains(upper)) {
            return Optional.of("name:" + upper);
        }
        return PREFIXES.stream().filter(upper::startsWith).findFirst().map(prefix -> "prefix:" + prefix);
    }

    private static String shown(String name) {
        return name.length() <= SHOWN_NAME || NAME.matcher(name).matches() ? name : name.substring(0, SHOWN_NAME);
    }
}
