package dev.weir.wire.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.kernel.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputSchemaTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @MethodSource
    void hostileAndBrokenSchemasAreRefused(String schema) {
        assertThatThrownBy(() -> InputSchema.compile(schema)).isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<String> hostileAndBrokenSchemasAreRefused() {
        return Stream.of("", "[]", "true", "{", "{\"$schema\":\"http://json-schema.org/draft-04/schema#\"}",
                "{\"$schema\":\"https://evil.example/schema\"}",
                "{\"$ref\":\"https://evil.example/s.json\"}", "{\"$ref\":\"other.json#/a\"}",
                "{\"properties\":{\"a\":{\"$ref\":\"file:///etc/passwd\"}}}", "{\"$ref\":\"#\"}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
                "{\"$defs\":{\"a\":{\"allOf\":[{\"anyOf\":[{\"$ref\":\"#/$defs/a\"}]}]}}}", "{\"$ref\":\"#/$defs/no\"}",
                "{\"$ref\":\"#/properties\",\"properties\":{}}", "{\"$dynamicRef\":\"#a\"}", "{\"$ref\":5}",
                "{\"properties\":{\"a\":{\"$id\":\"https://evil.example/\"}}}", "{\"properties\":null}",
                "{\"properties\":{\"a\":null}}", "{\"properties\":{\"a\":5}}", "{\"allOf\":[]}", "{\"allOf\":{}}",
                "{\"allOf\":[null]}", "{\"type\":\"text\"}", "{\"type\":[]}", "{\"required\":\"a\"}",
                "{\"required\":[1]}", "{\"minLength\":-1}", "{\"minLength\":1.5}", "{\"minLength\":99999999999}",
                "{\"multipleOf\":0}", "{\"minimum\":1e999}", "{\"minimum\":\"1\"}", "{\"enum\":1}",
                "{\"uniqueItems\":\"yes\"}", "{\"pattern\":\"(\"}", "{\"pattern\":\"(a)\\\\1\"}",
                "{\"pattern\":\"" + "a".repeat(1001) + "\"}", "{\"patternProperties\":{\"(\":{}}}",
                "{\"format\":1}", "{\"minContains\":\"1\"}", "{\"dependentRequired\":{\"a\":1}}",
                "{\"not\":".repeat(51) + "{}" + "}".repeat(51), "{\"not\":".repeat(5000) + "{}" + "}".repeat(5000),
                "{\"allOf\":[" + "{},".repeat(1001) + "{}]}", "{\"title\":\"" + "x".repeat(70_000) + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"items\":[{},true]}",
        "{\"$id\":\"https://example.com/x.json\",\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{}}}",
        "{\"$ref\":\"#here\",\"$defs\":{\"a\":{\"$anchor\":\"here\"}}}",
        "{\"example\":{\"properties\":null},\"x-our\":{\"$ref\":\"http://x/\"},\"default\":null}",
        "{\"$ref\":\"#/$defs/a~1b~0c\",\"$defs\":{\"a/b~c\":{}}}", "{\"const\":null,\"enum\":[null]}"})
    void ordinarySchemasCompileAndCheck(String schema) {
        assertThat(InputSchema.compile(schema)).isNotNull();
        assertThat(InputSchema.compile(schema).check(json("{\"a\":1}"))).isNotNull();
    }

    @Test
    void allViolationsWithPointersAndWithoutValues() {
        List<Violation> found = check("""
                {"type":"object","required":["need"],"additionalProperties":false,"properties":{
                "need":{},"a/b":{"type":"integer"},"m~n":{"minLength":9},"sp ace%":{"pattern":"^x"},"\u00e9\\n":{"const":1},
                "":{"type":"null"},"list":{"items":{"properties":{"0":{"enum":["x"]}}}}}}""", """
                {"a/b":"s3cret","m~n":"s3cret","sp ace%":"s3cret","\u00e9\\n":"s3cret","":"s3cret",
                "list":[{},{"0":"s3cret"}],"s3cret?":"s3cret"}""");
        assertThat(found).extracting(Violation::pointer).containsExactlyInAnyOrder("", "/a~1b", "/m~0n", "/sp ace%",
                "/\u00e9\n", "/", "/list/1/0", "/s3cret?");
        assertThat(found).extracting(Violation::message).noneMatch(message -> message.contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource({"date,2026-02-30x", "date-time,yesterday", "email,nobody", "ipv4,1.2.3.256", "ipv6,:::",
        "uuid,123", "hostname,-a", "uri,no uri"})
    void theseFormatsAreEnforced(String format, String text) {
        assertThat(check("{\"properties\":{\"a\":{\"format\":\"" + format + "\"}}}", "{\"a\":\"" + text + "\"}"))
                .extracting(Violation::pointer).containsExactly("/a");
    }

    @Test
    void otherFormatsAreAnnotations() {
        assertThat(check("{\"properties\":{\"a\":{\"format\":\"url\"}}}", "{\"a\":\"no\"}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(.*?,){25}P", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)y", "^(a?){40}a{40}$x", "(x+x+)+y"})
    void aPatternThatRunsAwayIsAViolation(String pattern) {
        String schema = JSON.createObjectNode().set("properties", JSON.createObjectNode().set("a",
                JSON.createObjectNode().put("pattern", pattern))).toString();
        assertThat(check(schema, "{\"a\":\"" + "x,1a".repeat(2000) + "\"}")).hasSize(1);
    }

    @Test
    void anOrdinaryPatternMayReadALongText() {
        assertThat(check("{\"properties\":{\"a\":{\"pattern\":\"^[a-z0-9]+(-[a-z0-9]+)*$\"}}}",
                "{\"a\":\"" + "ab-".repeat(300) + "c\"}")).isEmpty();
    }

    @Test
    void recursionThroughPropertiesIsAllowedAndDepthBounded() {
        String tree = "{\"$ref\":\"#/$defs/t\",\"$defs\":{\"t\":{\"properties\":{\"l\":{\"$ref\":\"#/$defs/t\"},"
                + "\"v\":{\"type\":\"integer\"}}}}}";
        assertThat(check(tree, "{\"l\":{\"l\":{\"v\":1}}}")).isEmpty();
        assertThat(check(tree, "{\"l\":{\"l\":{\"v\":\"x\"}}}")).extracting(Violation::pointer)
                .containsExactly("/l/l/v");
        assertThat(check(tree, "{\"l\":".repeat(200) + "{}" + "}".repeat(200))).hasSize(1);
    }

    @Test
    void workThatDoublesWithEveryLevelIsRefusedNotDone() {
        String twice = "{\"$ref\":\"#/$defs/t\",\"$defs\":{\"t\":{\"allOf\":[{\"properties\":{\"l\":{\"$ref\":\"#/$defs/t\"}}},"
                + "{\"properties\":{\"l\":{\"$ref\":\"#/$defs/t\"}}}]}}}";
        assertThat(check(twice, "{\"l\":".repeat(60) + "{}" + "}".repeat(60))).hasSize(1);
        StringBuilder wide = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
        for (int i = 0; i < 23; i++) {
            String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
            wide.append("\"d").append(i).append("\":{\"allOf\":[").append(next).append(',').append(next).append("]},");
        }
        assertThatThrownBy(() -> InputSchema.compile(wide.append("\"d23\":{}}}").toString()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comparingAllElementsIsBounded() {
        String schema = "{\"properties\":{\"a\":{\"uniqueItems\":true}}}";
        StringBuilder many = new StringBuilder("{\"a\":[0");
        for (int i = 1; i < 100_000; i++) {
            many.append(',').append(i);
        }
        assertThat(check(schema, many.append("]}").toString())).hasSize(1);
        assertThat(check(schema, "{\"a\":[1,2,3]}")).isEmpty();
        assertThat(check(schema, "{\"a\":[1,2,1]}")).extracting(Violation::pointer).containsExactly("/a");
    }

    private static List<Violation> check(String schema, String input) {
        return InputSchema.compile(schema).check(json(input));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
