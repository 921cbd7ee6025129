package dev.weir.wire.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00e9", "\u20ac", "\uD83D\uDE00", "a\uD83D\uDE00", "\u0001\uD83D\uDE00\u20ac"})
    void largeFramesTravelInPartsAndComeTogether(String unit) {
        for (int length : new int[]{1, 10_000, 32_765, 32_768, 32_769, 100_000}) {
            String frame = "{" + unit.repeat(length) + "}";
            Parts parts = new Parts();
            List<String> messages = Parts.split(frame);
            for (int i = 0; i < messages.size(); i++) {
                byte[] bytes = messages.get(i).getBytes(StandardCharsets.UTF_8);
                assertThat(bytes.length).isLessThanOrEqualTo(Parts.MAX_MESSAGE);
                String received = new String(bytes, StandardCharsets.UTF_8); // a split pair would not survive this
                assertThat(parts.join(received)).isEqualTo(
                        i == messages.size() - 1 ? Optional.of(frame) : Optional.empty());
            }
            boolean fits = frame.getBytes(StandardCharsets.UTF_8).length <= Parts.MAX_MESSAGE;
            assertThat(messages.size() == 1).isEqualTo(fits);
        }
    }

    @Test
    void twoFramesFollowEachOther() {
        Parts parts = new Parts();
        assertThat(parts.join("+{a")).isEmpty();
        assertThat(parts.join("=b}")).contains("{ab}");
        assertThat(parts.join("{c}")).contains("{c}");
        assertThat(parts.join("={d}")).contains("{d}");
    }

    @Test
    void frameInsideAnotherAndEndlessFrameAreRefused() {
        Parts parts = new Parts();
        parts.join("+{");
        assertThatThrownBy(() -> parts.join("{}")).isInstanceOf(IllegalArgumentException.class);
        Parts endless = new Parts();
        String part = "+" + "x".repeat(1_000_000);
        assertThatThrownBy(() -> {
            for (int i = 0; i < 20; i++) {
                endless.join(part);
            }
        }).isInstanceOf(IllegalArgumentException.class);
    }
}
