package dev.weir.feature.skill.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.change.SchemaChange.Reason;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SchemaDiffTest {
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvFileSource(resources = "/dev/weir/feature/skill/change/levels.csv", delimiter = '|', quoteCharacter = '`')
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

    /** The answer stays small whatever the schemas, and the level right though its reason comes last. */
    @Test
    void reasonsAreAsManyAndAsLongAsAnybodyReads() {
        String name = "n".repeat(40_000);
        String many = IntStream.range(0, 900).mapToObj(i -> "\"p" + i + "\":{}").collect(Collectors.joining(","));
        SchemaChange change = SchemaDiff.between(
                Optional.of("{\"properties\":{\"" + name + "\":{\"properties\":{}},\"z\":{}}}"),
                Optional.of("{\"properties\":{\"" + name + "\":{\"properties\":{" + many + "}}}}"));
        assertThat(change.minimum()).isEqualTo(ChangeLevel.MAJOR);
        assertThat(change.reasons()).hasSize(Reasons.MOST);
        assertThat(change.reasons().getLast().pointer()).isEqualTo("/properties/z");
        assertThat(change.toString()).hasSizeLessThan(50_000);
    }

    @Test
    void aPropertyNamedLikeAnAnnotationIsAProperty() {
        assertThat(SchemaDiff.between(Optional.of("{\"properties\":{\"description\":{\"type\":\"string\"}}}"),
                Optional.of("{\"properties\":{\"description\":{\"type\":\"integer\"}}}")).minimum())
                .isEqualTo(ChangeLevel.MAJOR);
    }
}
