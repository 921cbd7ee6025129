package dev.weir.feature.skill.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kernel.ProblemException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmationTest {
    private static final SchemaChange MINOR = SchemaDiff.between(Optional.empty(),
            Optional.of("{\"properties\":{\"city\":{}}}"));
    private static final Optional<Version> LAST = Version.parse("1.4.2");

    @ParameterizedTest
    @CsvSource({"1.5.0,minor", "2.0.0,major"})
    void theBumpOfAnHonestLevelIsConfirmed(String version, String level) {
        assertThatCode(() -> confirm(version, level)).doesNotThrowAnyException();
    }

    @Test
    void aLowerLevelIsRefusedWithTheReasons() {
        assertThatThrownBy(() -> confirm("1.4.3", "patch")).isInstanceOf(ProblemException.class)
                .satisfies(refused -> assertThat(((ProblemException) refused).problem().toString())
                        .contains("minor /properties/city: the property is new"));
    }

    @ParameterizedTest
    @CsvSource({"1.4.3,minor", "1.6.0,minor", "1.5.0,major", "1.4.2,minor", "0.1.0,major", "3.0.0,major"})
    void anotherVersionThanTheBumpIsRefused(String version, String level) {
        assertThatThrownBy(() -> confirm(version, level)).isInstanceOf(ProblemException.class);
    }

    @Test
    void theFirstVersionIsFree() {
        assertThatCode(() -> Confirmation.require(Optional.empty(), Version.parse("0.0.1").orElseThrow(),
                ChangeLevel.PATCH, MINOR)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.03", "-1.2.3", "1.2.3-rc1", "v1.2.3", "1.2.x",
        "1.2.3\n", "1.2.99999999999"})
    void whatIsNoVersionIsNotReadAsOne(String text) {
        assertThat(Version.parse(text)).isEmpty();
    }

    @Test
    void versionsAreOrderedByNumberAndSayThemselves() {
        assertThat(Version.parse("1.10.0").orElseThrow()).isGreaterThan(Version.parse("1.9.9").orElseThrow())
                .hasToString("1.10.0");
        assertThat(ChangeLevel.parse("major")).contains(ChangeLevel.MAJOR);
        assertThat(ChangeLevel.parse("MAJOR")).isEmpty();
    }

    private static void confirm(String version, String level) {
        Confirmation.require(LAST, Version.parse(version).orElseThrow(), ChangeLevel.parse(level).orElseThrow(),
                MINOR);
    }
}
