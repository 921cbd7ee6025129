package dev.weir.cli.skill;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.cli.client.ClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a directory's {@code skill.yaml} says of the skill; all of it may be absent. */
record Manifest(Path directory, ObjectNode content) {
    static Manifest read(Path directory) {
        YAMLMapper yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        Path file = directory.resolve("skill.yaml");
        try {
            JsonNode read = Files.isRegularFile(file) ? yaml.readTree(file.toFile()) : yaml.createObjectNode();
            if (read instanceof ObjectNode object) {
                return new Manifest(directory, object);
            }
        } catch (IOException _) {
            // said below
        }
        throw ClientException.usage("skill.yaml is not a readable mapping");
    }

    /** The one asked for, else the manifest's, else the directory's. */
    String name(Optional<String> asked) {
        return StageOptions.id(asked.orElseGet(() -> content.path("name").asText(
                directory.toAbsolutePath().normalize().getFileName().toString())), "name of the skill");
    }

    /** The body that creates the skill. */
    ObjectNode creation(String name) {
        ObjectNode body = content.objectNode().put("name", name);
        for (String field : List.of("description", "input_schema", "output_schema")) {
            if (content.hasNonNull(field)) {
                body.set(field, content.get(field));
            }
        }
        return body;
    }
}
