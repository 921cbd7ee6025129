package dev.weir.feature.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.wire.schema.InputSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The descriptor in a skill package, {@code skill.yaml} (feature S0-05).
 *
 * @param name an id by the kernel's rule, which is also legal as the name of a Claude tool; absent: the skill's own
 * @param description at most 1,024 characters
 * @param inputSchema JSON Schema text that compiles, of objects
 * @param outputSchema JSON Schema text that compiles
 * @param handler {@code module:function}
 */
public record Manifest(
        Optional<String> name,
        Optional<String> description,
        Optional<String> inputSchema,
        Optional<String> outputSchema,
        String handler) {
    /** The entry's name at the top of a package. */
    public static final String FILE = "skill.yaml";
    /** The handler of a package that names none. */
    public static final String HANDLER = "main:handler";
    static final int MAX_DESCRIPTION = 1024;

    private static final String ANY_OBJECT = "{\"type\":\"object\"}";
    private static final JsonMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES).build();

    /** What came of reading. */
    public sealed interface Reading {
        record Read(Manifest manifest) implements Reading {}

        /**
         * The file breaks a rule.
         *
         * @param findings never empty, all of severity {@code error}, with lines where known
         */
        record Refused(List<Finding> findings) implements Reading {
            public Refused {
                findings = List.copyOf(findings);
            }
        }
    }

    /** Reads the file's bytes; throws nothing, whatever they are. Takes time in proportion to at most 64 KiB. */
    public static Reading read(byte[] file) {
        ManifestFields fields = ManifestFields.of(file);
        return fields.findings().isEmpty()
                ? new Reading.Read(fields.manifest())
                : new Reading.Refused(fields.findings());
    }

    /**
     * What holds for a package: what its own descriptor says, else the skill's metadata, else what the code says of itself (feature S0-05):
     * the docstring's first paragraph and the annotations' schema.
     */
    static Manifest completed(Optional<Manifest> written, PackageValidator.Subject subject, HandlerFacts facts) {
        Optional<String> said = Optional.of(subject.description()).filter(text -> !text.isEmpty());
        Optional<String> docstring = facts.docstring().map(Manifest::firstParagraph).filter(text -> !text.isEmpty());
        return new Manifest(Optional.of(subject.skill()),
                written.flatMap(Manifest::description).or(() -> said).or(() -> docstring),
                written.flatMap(Manifest::inputSchema).or(subject::inputSchema)
                        .or(() -> facts.inputGuess().filter(Manifest::isOfObjects)).or(() -> Optional.of(ANY_OBJECT)),
                written.flatMap(Manifest::outputSchema).or(subject::outputSchema)
                        .or(() -> facts.outputGuess().filter(Manifest::compiles)),
                facts.handler());
    }

    /** The file to store in the package; reads back as this manifest. */
    public byte[] toYaml() {
        ObjectNode root = JSON.createObjectNode();
        name.ifPresent(value -> root.put("name", value));
        description.ifPresent(value -> root.put("description", value));
        root.put("handler", handler);
        inputSchema.ifPresent(value -> root.set("input_schema", tree(value)));
        outputSchema.ifPresent(value -> root.set("output_schema", tree(value)));
        try {
            return YAML.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written as YAML", e);
        }
    }

    private static String firstParagraph(String docstring) {
        String text = docstring.strip().lines().map(String::strip).takeWhile(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
        return text.codePoints().limit(MAX_DESCRIPTION / 2).filter(point -> !Character.isISOControl(point))
                .mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static boolean isOfObjects(String schema) {
        return compiles(schema) && tree(schema).path("type").asText().equals("object");
    }

    private static boolean compiles(String schema) {
        try {
            InputSchema.compile(schema);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static JsonNode tree(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schemas of manifests compile", e);
        }
    }
}
