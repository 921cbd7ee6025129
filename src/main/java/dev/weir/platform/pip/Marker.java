package dev.weir.platform.pip;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The syntax of environment markers (PEP 508); what they mean is the installer's business. */
final class Marker {
    private static final int MAX_DEPTH = 20;
    private static final Set<String> VARIABLES = Set.of("python_version", "python_full_version", "os_name",
            "sys_platform", "platform_release", "platform_system", "platform_version", "platform_machine",
            "platform_python_implementation", "implementation_name", "implementation_version", "extra");
    private static final Set<String> COMPARISONS = Set.of("<=", "<", "!=", "==", ">=", ">", "~=", "===", "in");
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*+(\\(|\\)|===|[<>=!~]=|[<>]|[a-z_]++|'[^'\"\\\\]*+'|\"[^'\"\\\\]*+\")");

    private final List<String> tokens;
    private int next;

    private Marker(List<String> tokens) {
        this.tokens = tokens;
    }

    static boolean isLegal(String text) {
        String stripped = text.strip();
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(stripped);
        int end = 0;
        while (end < stripped.length() && matcher.region(end, stripped.length()).lookingAt()) {
            tokens.add(matcher.group(1));
            end = matcher.end();
        }
        Marker marker = new Marker(tokens);
        return end == stripped.length() && marker.any(0) && marker.next == tokens.size();
    }

    private boolean any(int depth) {
        if (depth > MAX_DEPTH || !one(depth)) {
            return false;
        }
        while (take("and") || take("or")) {
            if (!one(depth)) {
                return false;
            }
        }
        return true;
    }

    private boolean one(int depth) {
        if (take("(")) {
            return any(depth + 1) && take(")");
        }
        return operand() && comparison() && operand();
    }

    private boolean operand() {
        String token = peek();
        next++;
        return VARIABLES.contains(token) || token.startsWith("'") || token.startsWith("\"");
    }

    private boolean comparison() {
        if (take("not")) {
            return take("in");
        }
        String token = peek();
        next++;
        return COMPARISONS.contains(token);
    }

    private boolean take(String token) {
        boolean there = peek().equals(token);
        next += there ? 1 : 0;
        return there;
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }
}
