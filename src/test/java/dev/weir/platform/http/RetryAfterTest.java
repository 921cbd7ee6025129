package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0", "120|120", " 7 |7", "999999999|86400",
        "Sun, 01 Mar 2026 12:10:00 GMT|600",
        "Sun, 01 Mar 2026 11:00:00 GMT|0", "Mon, 01 Mar 2027 12:00:00 GMT|86400"})
    void readsSecondsAndDates(String header, long seconds) {
        assertThat(RetryAfter.read(header, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "9999999999", "\u0661", "Sun, 01 Mar 2026",
        "Mon, 01 Mar 2026 12:10:00 GMT",
        "2026-03-01T12:10:00Z"})
    void ignoresAnythingElse(String header) {
        assertThat(RetryAfter.read(header, NOW)).isEmpty();
    }

    @Test
    void ignoresWhatIsTooLongOrAbsent() {
        assertThat(RetryAfter.read("1".repeat(100), NOW)).isEmpty();
        assertThat(RetryAfter.read(null, NOW)).isEmpty();
    }
}
