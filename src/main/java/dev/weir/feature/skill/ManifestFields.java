package dev.weir.feature.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.Ids;
import dev.weir.wire.schema.InputSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The fields of a manifest against their rules. Names lines and fields in its findings, never values. */
final class ManifestFields {
    private static final List<String> KNOWN = List.of("name", "description", "handler", "input_schema",
            "output_schema");
    private static final String WORD = "[A-Za-z_][A-Za-z0-9_]{0,99}";
    private static final Pattern HANDLER = Pattern.compile(WORD + "(\\." + WORD + "){0,10}:" + WORD);

    private final ManifestYaml yaml;
    private final List<Finding> findings;

    private ManifestFields(ManifestYaml yaml) {
        this.yaml = yaml;
        this.findings = new ArrayList<>(yaml.findings());
    }

    static ManifestFields of(byte[] file) {
        ManifestFields fields = new ManifestFields(ManifestYaml.parse(file));
        if (fields.findings.isEmpty()) {
            fields.check();
        }
        return fields;
    }

    List<Finding> findings() {
        return findings;
    }

    /** Only where there are no findings. */
    Manifest manifest() {
        return new Manifest(text("name"), text("description"), schema("input_schema"), schema("output_schema"),
                text("handler").orElse(Manifest.HANDLER));
    }

    private void check() {
        yaml.root().fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                refuse("ManifestUnknownField", field, "there is no such field; there are " + String.join(", ", KNOWN));
            }
        });
        checkText("name", Ids::isLegal,
                "must be 1 to 64 letters, digits, '_' or '-', and start with a letter or digit");
        checkText("description", text -> text.length() <= Manifest.MAX_DESCRIPTION,
                "must be at most " + Manifest.MAX_DESCRIPTION + " characters");
        checkText("handler", text -> HANDLER.matcher(text).matches(), "must be 'module:function'");
        checkSchema("input_schema", true);
        checkSchema("output_schema", false);
    }

    private void checkText(String field, Predicate<String> rule, String message) {
        JsonNode value = yaml.root().path(field);
        if (value.isMissingNode()) {
            return;
        }
        if (!value.isTextual()) {
            refuse("ManifestFieldType", field, "must be a text; put it in quotes");
        } else if (!rule.test(value.textValue())) {
            refuse("ManifestFieldIllegal", field, message);
        }
    }

    private void checkSchema(String field, boolean ofObjects) {
        JsonNode value = yaml.root().path(field);
        if (value.isMissingNode()) {
            return;
        }
        if (!value.isObject()) {
            refuse("ManifestFieldType", field, "must be a mapping, a JSON Schema");
        } else if (ofObjects && value.has("type") && !value.path("type").asText().equals("object")) {
            refuse("ManifestSchemaIllegal", field, "inputs are objects, so its type must be 'object'");
        } else {
            try {
                InputSchema.compile(value.toString());
            } catch (IllegalArgumentException e) {
                refuse("ManifestSchemaIllegal", field, e.getMessage());
            }
        }
    }

    private void refuse(String rule, String field, String message) {
        findings.add(new Finding(rule, "error", Manifest.FILE, yaml.line(field),
                KNOWN.contains(field) ? field + ": " + message : message));
    }

    private Optional<String> text(String field) {
        return Optional.ofNullable(yaml.root().path(field).textValue());
    }

    private Optional<String> schema(String field) {
        return Optional.of(yaml.root().path(field)).filter(JsonNode::isObject).map(JsonNode::toString);
    }
}
