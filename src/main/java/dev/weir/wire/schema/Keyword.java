package dev.weir.wire.schema;

import java.util.Map;
import java.util.Optional;

/** What stands under the keywords that are enforced; all others are annotations, which the compiled schema does without. */
enum Keyword {
    SCHEMA, SCHEMAS, SCHEMA_OR_SCHEMAS, NAMED_SCHEMAS, NAMED_DEPENDENCIES, TYPE, NAMES, VALUES, ANY, NUMBER, POSITIVE, COUNT, FLAG, PATTERN, FORMAT, REFERENCE, ANCHOR, NAMED_NAMES;

    private static final Map<String, Keyword> ALL = Map.ofEntries(
            Map.entry("not", SCHEMA), Map.entry("if", SCHEMA), Map.entry("then", SCHEMA), Map.entry("else", SCHEMA),
            Map.entry("contains", SCHEMA), Map.entry("additionalItems", SCHEMA),
            Map.entry("additionalProperties", SCHEMA), Map.entry("propertyNames", SCHEMA),
            Map.entry("unevaluatedItems", SCHEMA), Map.entry("unevaluatedProperties", SCHEMA),
            Map.entry("allOf", SCHEMAS), Map.entry("anyOf", SCHEMAS), Map.entry("oneOf", SCHEMAS),
            Map.entry("prefixItems", SCHEMAS), Map.entry("items", SCHEMA_OR_SCHEMAS),
            Map.entry("properties", NAMED_SCHEMAS), Map.entry("patternProperties", NAMED_SCHEMAS),
            Map.entry("$defs", NAMED_SCHEMAS), Map.entry("definitions", NAMED_SCHEMAS),
            Map.entry("dependentSchemas", NAMED_SCHEMAS), Map.entry("dependencies", NAMED_DEPENDENCIES),
            Map.entry("dependentRequired", NAMED_NAMES), Map.entry("type", TYPE), Map.entry("required", NAMES),
            Map.entry("enum", VALUES), Map.entry("const", ANY), Map.entry("multipleOf", POSITIVE),
            Map.entry("minimum", NUMBER), Map.entry("maximum", NUMBER), Map.entry("exclusiveMinimum", NUMBER),
            Map.entry("exclusiveMaximum", NUMBER), Map.entry("minLength", COUNT), Map.entry("maxLength", COUNT),
            Map.entry("minItems", COUNT), Map.entry("maxItems", COUNT), Map.entry("minProperties", COUNT),
            Map.entry("maxProperties", COUNT), Map.entry("minContains", COUNT), Map.entry("maxContains", COUNT),
            Map.entry("uniqueItems", FLAG), Map.entry("pattern", PATTERN), Map.entry("format", FORMAT),
            Map.entry("$ref", REFERENCE), Map.entry("$anchor", ANCHOR));

    static Optional<Keyword> of(String name) {
        return Optional.ofNullable(ALL.get(name));
    }
}
