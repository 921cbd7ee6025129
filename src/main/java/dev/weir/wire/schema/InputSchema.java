package dev.weir.wire.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.Violation;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON Schema (2020-12, or draft-07 where {@code $schema} says so), ready to check inputs. Checking may take long for a schema with
 * expensive patterns: not on an event loop. Thread-safe.
 */
public final class InputSchema {
    /** Keywords that only pass on what a schema inside them found. */
    private static final Set<String> CONTAINERS = Set.of("properties", "patternProperties", "additionalProperties",
            "items", "prefixItems",
            "additionalItems", "unevaluatedProperties", "unevaluatedItems", "allOf", "if", "then", "else",
            "dependentSchemas", "$ref",
            "$dynamicRef", "$recursiveRef");

    private static final Set<String> CLOSED = Set.of("additionalProperties", "unevaluatedProperties");

    private final JsonObject schema;
    private final Validator validator;

    private InputSchema(JsonObject schema, Validator validator) {
        this.schema = schema;
        this.validator = validator;
    }

    /** Fails with {@link IllegalArgumentException} if {@code text} is not a schema of these drafts, or refers to anything outside itself. */
    public static InputSchema compile(String text) {
        try {
            JsonObject schema = new JsonObject(text);
            refuseRemoteReferences(schema);
            JsonSchemaOptions options = new JsonSchemaOptions().setBaseUri("weir:schema").setDraft(draft(schema))
                    .setOutputFormat(OutputFormat.Basic);
            InputSchema compiled = new InputSchema(schema, Validator.create(JsonSchema.of(schema.copy()), options));
            compiled.validator.validate(new JsonObject());
            return compiled;
        } catch (DecodeException e) {
            throw new IllegalArgumentException("a schema is a JSON object", e);
        } catch (SchemaException | UnsupportedOperationException | ClassCastException | StackOverflowError e) {
            throw new IllegalArgumentException("not a usable JSON Schema", e);
        }
    }

    /** Every violation, none if {@code input} is fine. Names places and rules, never values. */
    public List<Violation> check(JsonNode input) {
        OutputUnit result = validator.validate(value(input));
        if (result.getValid()) {
            return List.of();
        }
        List<OutputUnit> errors = Optional.ofNullable(result.getErrors()).orElse(List.of());
        List<Violation> leaves = errors.stream().filter(InputSchema::isLeaf).map(this::violation).distinct().toList();
        return leaves.isEmpty() ? List.of(new Violation("", "does not satisfy the input schema")) : leaves;
    }

    private static boolean isLeaf(OutputUnit error) {
        String keyword = keyword(error);
        return !CONTAINERS.contains(keyword) || (CLOSED.contains(keyword) && error.getError().startsWith("Property"));
    }

    private Violation violation(OutputUnit error) {
        String pointer = error.getInstanceLocation().replaceFirst("^#/?", "/").replaceFirst("^/$", "");
        String keyword = keyword(error);
        return new Violation(pointer, switch (keyword) {
            case "required" -> error.getError().replaceFirst("^Instance does not have", "lacks the");
            case "additionalProperties", "unevaluatedProperties" -> "has a property that the schema does not allow";
            case "false" -> "is not allowed";
            default -> "breaks the schema's rule '" + keyword + "'" + rule(error).map(rule -> ": " + rule).orElse("");
        });
    }

    /** What the schema says there, if that is short. */
    private Optional<String> rule(OutputUnit error) {
        Object at = schema;
        for (String step : error.getKeywordLocation().replaceFirst("^#/?", "").split("/", -1)) {
            String key = step.replace("~1", "/").replace("~0", "~");
            at = at instanceof JsonObject object
                    ? object.getValue(key)
                    : at instanceof JsonArray array && key.matches("[0-9]{1,6}") && Integer.parseInt(key) < array.size()
                            ? array.getValue(Integer.parseInt(key))
                            : null;
        }
        return Optional.ofNullable(at).filter(rule -> !(rule instanceof JsonObject)).map(Object::toString)
                .filter(text -> text.length() <= 200);
    }

    private static String keyword(OutputUnit error) {
        String location = error.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static Draft draft(JsonObject schema) {
        String declared = String.valueOf(schema.getValue("$schema", ""));
        if (declared.isEmpty() || declared.startsWith("https://json-schema.org/draft/2020-12/schema")) {
            return Draft.DRAFT202012;
        }
        if (declared.startsWith("http://json-schema.org/draft-07/schema")) {
            return Draft.DRAFT7;
        }
        throw new IllegalArgumentException("only JSON Schema 2020-12 and draft-07 are understood");
    }

    private static void refuseRemoteReferences(Object node) {
        if (node instanceof JsonObject object) {
            for (String keyword : List.of("$ref", "$dynamicRef")) {
                if (object.getValue(keyword) instanceof String reference && !reference.startsWith("#")) {
                    throw new IllegalArgumentException("a schema may only refer to itself ('#...')");
                }
            }
            object.forEach(entry -> refuseRemoteReferences(entry.getValue()));
        } else if (node instanceof JsonArray array) {
            array.forEach(InputSchema::refuseRemoteReferences);
        }
    }

    private static Object value(JsonNode input) {
        return new JsonArray("[" + input + "]").getValue(0);
    }
}
