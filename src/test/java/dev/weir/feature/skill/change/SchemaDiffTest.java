package dev.weir.feature.skill.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.change.SchemaChange.Reason;
import java.util.Optional;
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

    @Test
    void aPropertyNamedLikeAnAnnotationIsAProperty() {
        assertThat(SchemaDiff.between(Optional.of("{\"properties\":{\"description\":{\"type\":\"string\"}}}"),
                Optional.of("{\"properties\":{\"description\":{\"type\":\"integer\"}}}")).minimum())
                .isEqualTo(ChangeLevel.MAJOR);
    }
}
