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
import java.util.function.Predicate;

/**
 * A JSON Schema (2020-12, or draft-07 where {@code $schema} says so), ready to check inputs. Checking may take
 * tens of milliseconds for a large input or expensive patterns: not on an event loop. Thread-safe.
 */
public final class InputSchema {
    /** Keywords that only pass on what a schema inside them found. */
    private static final Set<String> CONTAINERS = Set.of("properties", "patternProperties", "additionalProperties",
            "items", "prefixItems",
            "additionalItems", "unevaluatedProperties", "unevaluatedItems", "allOf", "if", "then", "else",
            "dependentSchemas", "$ref",
            "$dynamicRef", "$recursiveRef");

    private static final List<Violation> TOO_MUCH = List
            .of(new Violation("", "is nested too deeply or takes too long to check against the schema"));

    private static final Set<String> CLOSED = Set.of("additionalProperties", "unevaluatedProperties");

    private static final int MAX_CHARACTERS = 64 * 1024;
    private static final int MAX_VIOLATIONS = 100;
    private static final String NOT_ALLOWED = "has a property that the schema does not allow";

    private final JsonObject schema;
    private final Part root;
    private final Validator validator;

    private InputSchema(SchemaGuard.Guarded guarded, Validator validator) {
        this.schema = guarded.schema();
        this.root = guarded.root();
        this.validator = validator;
    }

    /**
     * Fails with {@link IllegalArgumentException}, whose message is for the schema's author, if {@code text} is not a schema of these
     * drafts, has more than 65,536 characters, 1,000 schemas or 50 levels, a keyword of the wrong type, a pattern with back references,
     * a reference to anything outside itself or round in a circle. Enforced formats: date, time, date-time, email, hostname, ipv4, ipv6,
     * uuid, uri; others, and unknown keywords, are annotations.
     */
    public static InputSchema compile(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("a schema has at most " + MAX_CHARACTERS + " characters");
        }
        try {
            JsonObject schema = new JsonObject(text);
            Draft draft = draft(schema);
            SchemaGuard.Guarded guarded = SchemaGuard.guard(schema);
            if (!SchemaWork.isBearable(guarded.root())) {
                throw new IllegalArgumentException("the schema's references multiply too often");
            }
            JsonSchemaOptions options = new JsonSchemaOptions().setBaseUri("weir:schema").setDraft(draft)
                    .setOutputFormat(OutputFormat.Basic);
            Validator validator = Validator.create(JsonSchema.of(guarded.schema().copy()), options);
            validator.validate(new JsonObject());
            return new InputSchema(guarded, validator);
        } catch (DecodeException e) {
            throw new IllegalArgumentException("a schema is a JSON object", e);
        } catch (SchemaException | UnsupportedOperationException | ClassCastException | NullPointerException
                | StackOverflowError e) {
            throw new IllegalArgumentException("not a usable JSON Schema", e);
        }
    }

    /**
     * The violations, at most 100, none if {@code input} is fine. Names places and rules, never values. Takes bounded time: an input that
     * would make the schema's patterns or references run away is a violation itself.
     */
    public List<Violation> check(JsonNode input) {
        if (!SchemaWork.isBearable(root, input)) {
            return TOO_MUCH;
        }
        OutputUnit result;
        try {
            result = validator.validate(value(input));
        } catch (StackOverflowError e) {
            return TOO_MUCH;
        }
        if (result.getValid()) {
            return List.of();
        }
        List<OutputUnit> errors = Optional.ofNullable(result.getErrors()).orElse(List.of());
        List<Violation> leaves = errors.stream().filter(InputSchema::isLeaf).limit(10L * MAX_VIOLATIONS)
                .map(error -> violation(error, input)).distinct().toList();
        leaves = leaves.stream().filter(isNoEcho(leaves)).limit(MAX_VIOLATIONS).toList();
        return leaves.isEmpty() ? List.of(new Violation("", "does not satisfy the input schema")) : leaves;
    }

    /** The library calls a known property unknown when its value is wrong; the wrong value is named already. */
    private static Predicate<Violation> isNoEcho(List<Violation> all) {
        return violation -> !violation.message().equals(NOT_ALLOWED)
                || all.stream().noneMatch(other -> !other.message().equals(NOT_ALLOWED)
                        && (other.pointer().equals(violation.pointer())
                                || other.pointer().startsWith(violation.pointer() + "/")));
    }

    private static boolean isLeaf(OutputUnit error) {
        String keyword = keyword(error);
        return !CONTAINERS.contains(keyword) || (CLOSED.contains(keyword) && error.getError().startsWith("Property"));
    }

    private Violation violation(OutputUnit error, JsonNode input) {
        String pointer = Pointers.of(error.getInstanceLocation(), input);
        String keyword = keyword(error);
        return new Violation(pointer, switch (keyword) {
            case "required" -> error.getError().replaceFirst("^Instance does not have", "lacks the");
            case "additionalProperties", "unevaluatedProperties" -> NOT_ALLOWED;
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
        if (declared.isEmpty() || declared.matches("https://json-schema.org/draft/2020-12/schema#?")) {
            return Draft.DRAFT202012;
        }
        if (declared.matches("https?://json-schema.org/draft-07/schema#?")) {
            return Draft.DRAFT7;
        }
        throw new IllegalArgumentException("only JSON Schema 2020-12 and draft-07 are understood");
    }

    private static Object value(JsonNode input) {
        return new JsonArray("[" + input + "]").getValue(0);
    }
}
