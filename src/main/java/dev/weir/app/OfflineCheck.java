package dev.weir.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.config.SkillsConfig;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.PackageValidator.Judgement;
import dev.weir.feature.skill.PackageValidator.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code weir skill check}: an embedded gateway's judgement of a package, by its very validator, without a gateway. Blocks. */
public final class OfflineCheck {
    private static final JsonMapper JSON = new JsonMapper();

    private OfflineCheck() {}

    /** {@code findings} and {@code metadata}, as an upload's document shows them. */
    public static ObjectNode run(SkillsConfig config, String skill, byte[] zip) {
        try {
            Path directory = Files.createTempDirectory("weir-check-");
            try {
                Path archive = Files.write(directory.resolve("upload.zip"), zip);
                return document(LocalValidator.of(config, directory).judge(archive,
                        new Subject(skill, "", Optional.empty(), Optional.empty()),
                        Files.createDirectory(directory.resolve("work"))));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary directory cannot be used", e);
        }
    }

    private static ObjectNode document(Judgement judgement) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode findings = document.putArray("findings");
        judgement.findings().forEach(each -> findings.addObject().put("rule", each.rule())
                .put("severity", each.severity()).put("file", each.file()).put("line", each.line())
                .put("message", each.message()));
        judgement.passed().ifPresentOrElse(passed -> document.set("metadata", metadata(passed.metadata())),
                () -> document.putNull("metadata"));
        return document;
    }

    private static ObjectNode metadata(PackageMetadata metadata) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("handler", metadata.handler())
                .put("description", metadata.description());
        putSchema(document, "input_schema", metadata.inputSchema());
        putSchema(document, "output_schema", metadata.outputSchema());
        ArrayNode dependencies = document.putArray("dependencies");
        metadata.dependencies().forEach(each -> {
            ArrayNode hashes = dependencies.addObject().put("name", each.name()).put("version", each.version())
                    .putArray("sha256");
            each.sha256().forEach(hashes::add);
        });
        return document;
    }

    private static void putSchema(ObjectNode document, String field, Optional<String> schema) {
        try {
            document.set(field, schema.isPresent() ? JSON.readTree(schema.get()) : null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schemas of packages that passed are JSON", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
