package dev.weir.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the configuration file as text under keys, with lines. The types that YAML would guess ({@code on} is true, {@code 010} is
 * eight) are never asked for: the table of settings decides how a text is read.
 */
final class YamlSource {
    private static final long MAX_BYTES = 1 << 20;

    private final String file;
    private final List<ConfigProblem> problems;
    private final List<Entry> entries = new ArrayList<>();

    private YamlSource(String file, List<ConfigProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** What {@code path} sets, duplicates included; what cannot be read is added to {@code problems}. */
    static List<Entry> read(Path path, List<ConfigProblem> problems) {
        YamlSource source = new YamlSource(path.toString(), problems);
        try {
            source.parse(text(path));
        } catch (CharacterCodingException e) {
            source.refuse("is not UTF-8");
        } catch (IOException e) {
            source.refuse("cannot be read: " + e.getClass().getSimpleName());
        }
        return source.entries;
    }

    private static String text(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("too large");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path))).toString();
    }

    private void parse(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setNestingDepthLimit(20);
        try {
            Node root = new Yaml(limits).compose(new StringReader(text));
            switch (root) {
                case null -> {
                }
                case MappingNode mapping -> mapping("", mapping);
                default -> problems.add(new ConfigProblem("", line(root), "must be a mapping of sections"));
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add(new ConfigProblem("", file + ":" + line, "is not YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            refuse("is not YAML");
        }
    }

    private void mapping(String prefix, MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name) {
                value(prefix + name.getValue(), name, tuple.getValueNode());
            } else {
                problems.add(new ConfigProblem("", line(tuple.getKeyNode()), "has a key that is not a word"));
            }
        }
    }

    private void value(String key, Node name, Node value) {
        switch (value) {
            case MappingNode mapping when isSection(key) -> {
                mapping(key + ".", mapping);
                if (mapping.getValue().isEmpty() && Settings.ALL.stream().anyMatch(setting -> setting.isNameOf(key))) {
                    problems.add(new ConfigProblem(key, line(name), "sets nothing"));
                }
            }
            case ScalarNode scalar -> {
                String text = scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
                entries.add(new Entry(key, text, line(name)));
            }
            default -> entries.add(new Entry(key, null, line(name)));
        }
    }

    /** Only sections that exist are entered, so a file that refers to itself cannot lead anywhere deep. */
    private static boolean isSection(String key) {
        return Settings.ALL.stream().anyMatch(setting -> setting.isBelow(key));
    }

    private String line(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    private void refuse(String why) {
        problems.add(new ConfigProblem("", file, why));
    }
}
