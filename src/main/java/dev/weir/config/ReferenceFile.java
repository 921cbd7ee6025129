package dev.weir.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The configuration file with every key, its meaning and its default: {@code conf/weir.yaml} is this text. */
public final class ReferenceFile {
    private static final String HEAD = """
            # Every setting of Weir with its default. Later ones win: these defaults, this file, the environment, the command line.
            # In the environment a key is upper-cased with underscores: server.max-header-bytes is WEIR_SERVER_MAX_HEADER_BYTES.
            # On the command line: --set server.max-header-bytes=16KiB. Unknown keys are refused. To look at the result:
            #   weir check-config --print
            # Durations: 500ms, 15s, 2m, 1h, 1d, or ISO 8601. Sizes: bytes, or with KiB, MiB, GiB.
            """;

    private static final String AGENTS = "agents";

    private ReferenceFile() {}

    public static String render() {
        Map<String, Object> defaults = RecordTree.flatten(WeirConfig.DEFAULT);
        StringBuilder yaml = new StringBuilder(HEAD);
        List<String> open = List.of();
        for (Setting setting : Settings.ALL) {
            if (setting.isOfEach()) {
                each(yaml, setting, open);
                open = List.of(AGENTS);
                continue;
            }
            List<String> path = List.of(setting.key().split("\\."));
            List<String> sections = path.subList(0, path.size() - 1);
            headings(yaml, open, sections);
            open = sections;
            String indent = "  ".repeat(sections.size());
            Object value = defaults.get(setting.key());
            yaml.append(indent).append("# ").append(setting.description()).append(" (")
                    .append(setting.isOpen() ? "a mapping" : setting.kind().brief()).append(")\n")
                    .append(indent).append(path.getLast()).append(": ")
                    .append(setting.isOpen() ? "{}" : setting.kind().print(value)).append('\n');
        }
        return yaml.toString();
    }

    /** As a comment: there is no agent unless somebody names one. */
    private static void each(StringBuilder yaml, Setting setting, List<String> open) {
        String field = setting.key().substring(AGENTS.length() + 3);
        Object value = RecordTree.flatten(AgentConfig.DEFAULT).get(field);
        if (!open.equals(List.of(AGENTS))) {
            yaml.append("\n# Agents by name, each with:\n").append(AGENTS).append(": {}\n#  NAME:\n");
        }
        yaml.append("#    # ").append(setting.description()).append(" (").append(setting.kind().brief()).append(")\n")
                .append("#    ").append(field).append(": ").append(setting.kind().print(value)).append('\n');
    }

    private static void headings(StringBuilder yaml, List<String> open, List<String> sections) {
        if (open.isEmpty() || sections.isEmpty() || !open.getFirst().equals(sections.getFirst())) {
            yaml.append('\n');
        }
        Deque<String> missing = new ArrayDeque<>(sections);
        int depth = 0;
        while (!missing.isEmpty() && depth < open.size() && open.get(depth).equals(missing.getFirst())) {
            missing.removeFirst();
            depth++;
        }
        for (String section : missing) {
            yaml.append("  ".repeat(depth++)).append(section).append(":\n");
        }
    }
}
