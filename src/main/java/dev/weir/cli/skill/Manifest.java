package dev.weir.cli.skill;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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

    /** As {@link #name}, but a manifest that cannot be read names nothing: that is for a check to say. */
    static String nameOf(Path directory, Optional<String> asked) {
        Manifest manifest;
        try {
            manifest = read(directory);
        } catch (ClientException _) {
            manifest = new Manifest(directory, JsonNodeFactory.instance.objectNode());
        }
        return manifest.name(asked);
    }

    /** The one asked for, else the manifest's, else the directory's. */
    String name(Optional<String> asked) {
        return StageOptions.id(asked.orElseGet(() -> content.path("name").asText(
                fileName(directory))), "name of the skill");
    }

    private static String fileName(Path directory) {
        Path name = directory.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
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
