package dev.weir.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code [agentcore]} table of an OpenAB {@code config.toml}: {@code runtime_arn}, {@code shell_command}, {@code cancel_strategy}.
 * Everything else in the file is another program's, but all of it must be TOML. {@code ${NAME}} is the variable of that name, or nothing
 * where there is none.
 *
 * @param values of the keys that there are
 * @param agentCommand an explicit {@code command} of the {@code [agent]} table
 */
public record AgentToml(Map<String, String> values, Optional<String> agentCommand) {
    private static final String TABLE = "agentcore";
    private static final List<String> KEYS = List.of("runtime_arn", "shell_command", "cancel_strategy");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_]+)\\}");
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final TomlMapper TOML = new TomlMapper();

    public AgentToml {
        values = Map.copyOf(values);
    }

    /** Reads {@code file}; a {@link ConfigException} names what cannot be read, and never quotes a value. */
    public static AgentToml read(Path file, Map<String, String> environment) {
        try {
            return parse(Files.readString(file), file.toString(), environment);
        } catch (IOException failure) {
            throw new ConfigException(List.of(new ConfigProblem("", file.toString(), "cannot be read")));
        }
    }

    static AgentToml parse(String text, String file, Map<String, String> environment) {
        String toml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        try {
            return of(TOML.readTree(toml), file, value -> expanded(value, environment));
        } catch (JacksonException literally) {
            try { // the host fills in variables first, so there may be some outside of strings
                return of(TOML.readTree(expanded(toml, environment)), file, value -> value);
            } catch (JacksonException broken) {
                throw new ConfigException(List.of(new ConfigProblem("", file + line(literally), "is not TOML")));
            }
        }
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

    private static AgentToml of(JsonNode root, String file, UnaryOperator<String> filled) {
        Map<String, String> values = new HashMap<>();
        List<ConfigProblem> problems = new ArrayList<>();
        JsonNode table = root.path(TABLE);
        if (!table.isMissingNode() && !table.isObject()) {
            problems.add(new ConfigProblem(TABLE, file, "must be a table"));
        }
        for (String key : KEYS) {
            JsonNode value = table.path(key);
            if (value.isTextual()) {
                values.put(key, filled.apply(value.textValue()));
            } else if (!value.isMissingNode()) {
                problems.add(new ConfigProblem(TABLE + "." + key, file, "must be a string"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new AgentToml(values,
                Optional.ofNullable(root.path("agent").path("command").textValue()).map(filled));
    }

    private static String line(JacksonException failure) {
        JsonLocation place = failure.getLocation();
        return place == null || place.getLineNr() < 1 ? "" : ":" + place.getLineNr();
    }

    private static String expanded(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
    }
}
