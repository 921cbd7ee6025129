package dev.weir.cli.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.cli.client.ClientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BumpTest {
    @ParameterizedTest
    @CsvSource({"1.2.3,patch,1.2.4", "1.2.3,minor,1.3.0", "1.2.3,major,2.0.0", "0.0.0,patch,0.0.1",
        "999999.9.9,major,1000000.0.0"})
    void aLevelLeadsToOneVersion(String newest, Bump.Level level, String next) {
        assertThat(Bump.next(newest, level)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2", "v1.2.3", "1.2.3-rc", "1.2.99999999999"})
    void whatIsNoVersionLeadsNowhere(String newest) {
        assertThatThrownBy(() -> Bump.next(newest, Bump.Level.patch)).isInstanceOf(ClientException.class)
                .hasMessageContaining("--version");
    }

    @Test
    void levelsAreTheGateways() {
        assertThat(List.of(Bump.Level.values())).map(Bump.Level::name).containsExactly("patch", "minor", "major");
    }
}
