package dev.weir.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code [agentcore]} table of an OpenAB {@code config.toml}, of which only its one-line strings are read: {@code runtime_arn},
 * {@code shell_command}, {@code cancel_strategy}. Everything else in the file is another program's. {@code ${NAME}} is the variable of
 * that name, or nothing where there is none.
 *
 * @param values keys of the table as they were found
 * @param agentCommand an explicit {@code command} of the {@code [agent]} table
 */
public record AgentToml(Map<String, String> values, Optional<String> agentCommand) {
    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([^\\]]*?)\\s*\\]\\s*(?:#.*)?");
    private static final Pattern ENTRY = Pattern
            .compile("\\s*\"?([A-Za-z0-9_-]+)\"?\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)')\\s*(?:#.*)?");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
    private static final String LONG_STRING = "\"\"\"";

    public AgentToml {
        values = Map.copyOf(values);
    }

    /** Reads {@code file}; a {@link ConfigException} names what cannot be read, and never quotes a value. */
    public static AgentToml read(Path file, Map<String, String> environment) {
        try {
            return parse(Files.readAllLines(file), file.toString(), environment);
        } catch (IOException failure) {
            throw new ConfigException(List.of(new ConfigProblem("", file.toString(), "cannot be read")));
        }
    }

    static AgentToml parse(List<String> lines, String file, Map<String, String> environment) {
        Map<String, String> values = new HashMap<>();
        Map<String, String> agent = new HashMap<>();
        List<ConfigProblem> problems = new ArrayList<>();
        String table = "";
        boolean inLongString = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean toggles = (line.length() - line.replace(LONG_STRING, "").length()) / LONG_STRING.length() % 2 == 1;
            if (inLongString || toggles) {
                inLongString ^= toggles;
                continue;
            }
            Matcher header = TABLE.matcher(line);
            Matcher entry = ENTRY.matcher(line);
            if (header.matches()) {
                table = header.group(1);
            } else if ((table.equals("agentcore") || table.equals("agent")) && entry.matches()) {
                String value = entry.group(2) != null ? unescaped(entry.group(2)) : entry.group(3);
                (table.equals("agent") ? agent : values).put(entry.group(1), expanded(value, environment));
            } else if (table.equals("agentcore") && !line.isBlank() && !line.strip().startsWith("#")) {
                problems.add(new ConfigProblem("", file + ":" + (i + 1), "[agentcore] takes only one-line strings"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new AgentToml(values, Optional.ofNullable(agent.get("command")));
    }

    /**
     * What an OpenAB host would run: an explicit {@code [agent] command}, else this bridge if there is an {@code [agentcore]} table, else
     * the {@code OPENAB_AGENT_COMMAND} of the environment, else {@code openab-agent}.
     */
    public String hostsChoice(Map<String, String> environment) {
        return agentCommand.orElseGet(() -> values.containsKey("runtime_arn")
                ? "agentcore-bridge"
                : environment.getOrDefault("OPENAB_AGENT_COMMAND", "openab-agent"));
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found)));
    }

    private static String character(MatchResult escape) {
        String code = escape.group(1);
        return switch (code.charAt(0)) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'u' -> code.length() == 5 ? Character.toString(Integer.parseInt(code.substring(1), 16)) : "u";
            default -> code;
        };
    }

    private static String expanded(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
    }
}
