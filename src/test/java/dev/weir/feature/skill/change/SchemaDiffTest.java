package dev.weir.feature.skill.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.change.SchemaChange.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDiffTest {
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PATCH | {}                                        | {}
            PATCH | {"type":"object"}                         | {}
            PATCH | {"description":"a"}                       | {"description":"b","title":"t"}
            PATCH | {"properties":{"a":{"default":1}}}        | {"properties":{"a":{"default":2,"examples":[3]}}}
            PATCH | {"required":["a","b"]}                    | {"required":["b","a"]}
            PATCH | {"properties":{"a":{"minLength":0}}}      | {"properties":{"a":{}}}
            PATCH | {"properties":{"a":{"const":1}}}          | {"properties":{"a":{"enum":[1]}}}
            PATCH | {"properties":{"a":{"enum":[1,2]}}}       | {"properties":{"a":{"enum":[2,1]}}}
            PATCH | {"properties":{"a":{"minimum":1}}}        | {"properties":{"a":{"minimum":1.0}}}
            PATCH | {"properties":{"a":true}}                 | {"properties":{"a":{}}}
            PATCH | {"$defs":{"d":{"title":"x"}}}             | {"$defs":{"d":{"title":"y"}}}
            PATCH | {"allOf":[{"description":"x"}]}           | {"allOf":[{"description":"y"}]}
            MINOR | {}                                        | {"properties":{"a":{"type":"string"}}}
            MINOR | {"additionalProperties":false}            | {"properties":{"a":{}},"additionalProperties":false}
            MINOR | {"required":["a"]}                        | {}
            MINOR | {"additionalProperties":false}            | {}
            MINOR | {"additionalProperties":{"type":"string"}}| {"additionalProperties":true}
            MINOR | {"properties":{"a":{"type":"integer"}}}   | {"properties":{"a":{"type":"number"}}}
            MINOR | {"properties":{"a":{"type":"string"}}}    | {"properties":{"a":{"type":["string","null"]}}}
            MINOR | {"properties":{"a":{"type":"string"}}}    | {"properties":{"a":{}}}
            MINOR | {"properties":{"a":{"enum":[1]}}}         | {"properties":{"a":{"enum":[1,2]}}}
            MINOR | {"properties":{"a":{"const":1}}}          | {"properties":{"a":{}}}
            MINOR | {"properties":{"a":{"maximum":5}}}        | {"properties":{"a":{"maximum":6}}}
            MINOR | {"properties":{"a":{"minLength":2}}}      | {"properties":{"a":{"minLength":1}}}
            MINOR | {"properties":{"a":{"pattern":"a"}}}      | {"properties":{"a":{}}}
            MINOR | {"properties":{"a":{"format":"uuid"}}}    | {"properties":{"a":{}}}
            MINOR | {"properties":{"a":{"multipleOf":4}}}     | {"properties":{"a":{"multipleOf":2}}}
            MINOR | {"properties":{"a":{"uniqueItems":true}}} | {"properties":{"a":{"uniqueItems":false}}}
            MINOR | {"properties":{"a":false}}                | {"properties":{"a":{}}}
            MINOR | {"properties":{"a":{"items":{"type":"integer"}}}} | {"properties":{"a":{"items":{}}}}
            MAJOR | {}                                        | {"required":["a"]}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{}},"required":["a"]}
            MAJOR | {"properties":{"a":{}},"additionalProperties":false} | {"additionalProperties":false}
            MAJOR | {"properties":{"a":{}}}                   | {}
            MAJOR | {}                                        | {"additionalProperties":false}
            MAJOR | {"additionalProperties":{"type":"string"}}| {"additionalProperties":{"type":"integer"}}
            MAJOR | {"additionalProperties":{"type":"string"}}| {"additionalProperties":{"type":"string"},"properties":{"a":{"type":"integer"}}}
            MAJOR | {"properties":{"a":{"type":"number"}}}    | {"properties":{"a":{"type":"integer"}}}
            MAJOR | {"properties":{"a":{"type":"string"}}}    | {"properties":{"a":{"type":"integer"}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{"type":"string"}}}
            MAJOR | {"properties":{"a":{"type":["string","null"]}}} | {"properties":{"a":{"type":"string"}}}
            MAJOR | {"properties":{"a":{"enum":[1,2]}}}       | {"properties":{"a":{"enum":[1]}}}
            MAJOR | {"properties":{"a":{"enum":[1,2]}}}       | {"properties":{"a":{"const":1}}}
            MAJOR | {"properties":{"a":{"const":1}}}          | {"properties":{"a":{"const":2}}}
            MAJOR | {"properties":{"a":{"maximum":5}}}        | {"properties":{"a":{"maximum":4}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{"minItems":1}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{"exclusiveMaximum":1e400}}}
            MAJOR | {"properties":{"a":{"pattern":"a"}}}      | {"properties":{"a":{"pattern":"b"}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{"format":"uuid"}}}
            MAJOR | {"properties":{"a":{"multipleOf":2}}}     | {"properties":{"a":{"multipleOf":3}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":{"uniqueItems":true}}}
            MAJOR | {"properties":{"a":{}}}                   | {"properties":{"a":false}}
            MAJOR | {"properties":{"a":{"items":{}}}}         | {"properties":{"a":{"items":{"type":"integer"}}}}
            MAJOR | {"properties":{"a":{"items":[{}]}}}       | {"properties":{"a":{"items":[{},{}]}}}
            MAJOR | {"properties":{"a":{"properties":{"b":{}}}}} | {"properties":{"a":{"properties":{"b":{}},"required":["b"]}}}
            MAJOR | {"allOf":[{"required":["a"]}]}            | {}
            MAJOR | {"properties":{"a":{"$ref":"#/$defs/x"}}} | {"properties":{"a":{"$ref":"#/$defs/y"}}}
            MAJOR | {"$defs":{"d":{"type":"string"}}}         | {"$defs":{"d":{"type":"integer"}}}
            MAJOR | {"not":{"required":["a"]}}                | {"not":{"required":["b"]}}
            MAJOR | {}                                        | {"patternProperties":{"^a":{"type":"string"}}}
            MAJOR | {}                                        | {"someKeywordOfTomorrow":1}
            """)
    void theHonestLevel(ChangeLevel level, String before, String after) {
        SchemaChange change = SchemaDiff.between(Optional.of(before), Optional.of(after));
        assertThat(change.minimum()).as(change.toString()).isEqualTo(level);
        assertThat(change.decisive()).allMatch(reason -> reason.level() == level);
        assertThat(SchemaDiff.between(Optional.of(after), Optional.of(after)).reasons()).isEmpty();
    }

    @Test
    void noSchemaIsTheSchemaThatAllowsAnyObject() {
        assertThat(SchemaDiff.between(Optional.empty(), Optional.of("{\"type\":\"object\"}")).reasons()).isEmpty();
        assertThat(SchemaDiff.between(Optional.of("{\"required\":[\"a\"]}"), Optional.empty()).minimum())
                .isEqualTo(ChangeLevel.MINOR);
    }

    @Test
    void reasonsSayWhereAndPointersAreEscaped() {
        assertThat(SchemaDiff.between(Optional.of("""
                {"properties":{"a/b~c":{"type":"object","properties":{"n":{"type":"number"}}},"x":{}}}"""),
                Optional.of(
                        """
                        {"properties":{"a/b~c":{"type":"object","properties":{"n":{"type":"integer"}}},"x":{"if":{}}}}"""))
                .reasons())
                .containsExactly(
                        new Reason(ChangeLevel.MAJOR, "/properties/a~1b~0c/properties/n/type",
                                "'type' is tighter than it was"),
                        new Reason(ChangeLevel.MAJOR, "/properties/x/if",
                                "'if' changed in a way that cannot be judged, which counts as major"));
    }

    @Test
    void aPropertyNamedLikeAnAnnotationIsAProperty() {
        assertThat(SchemaDiff.between(Optional.of("{\"properties\":{\"description\":{\"type\":\"string\"}}}"),
                Optional.of("{\"properties\":{\"description\":{\"type\":\"integer\"}}}")).minimum())
                .isEqualTo(ChangeLevel.MAJOR);
    }
}
