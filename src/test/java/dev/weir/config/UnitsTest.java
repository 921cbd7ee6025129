package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"500ms, 500, 500ms", "15s, 15000, 15s", "2m, 120000, 2m", "1h, 3600000, 1h", "1d, 86400000, 1d",
        "90s, 90000, 90s", "120s, 120000, 2m", "PT1M30S, 90000, 90s", "0s, 0, 0s", "0ms, 0, 0s"})
    void durations(String text, long millis, String printed) {
        Duration duration = Units.parseDuration(text);
        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(Units.printDuration(duration)).isEqualTo(printed);
        assertThat(Units.parseDuration(printed)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 1, 1", "1000, 1000, 1000", "1023B, 1023, 1023", "1025, 1025, 1025",
        "64KiB, 65536, 64KiB",
        "65536, 65536, 64KiB", "1MiB, 1048576, 1MiB", "4GiB, 4294967296, 4GiB"})
    void sizes(String text, long bytes, String printed) {
        assertThat(Units.parseBytes(text)).isEqualTo(bytes);
        assertThat(Units.printBytes(bytes)).isEqualTo(printed);
        assertThat(Units.parseBytes(printed)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "s", "-1s", "1.5s", "1 s", "1S", "1m30s", "PT", "P1Y", "99999999999999999d",
        "9999999999999999999s"})
    void noDurations(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Units.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "-1", "1.5MiB", "64KB", "64k", "64 KiB", "999999999999999999GiB", "0x10",
        "\u0661"})
    void noSizes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Units.parseBytes(text));
    }
}
