package dev.weir.wire.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFramesTest {
    private final Buffer out = Buffer.buffer();

    @Test
    void anEventIsOneJsonObjectInOneFrame() {
        TextFrames.event(out, "1-2", "run.output", Buffer.buffer("{\"text\":\"é\"}"));

        String json = "{\"id\":\"1-2\",\"event\":\"run.output\",\"data\":{\"text\":\"é\"}}";
        assertThat(out.getUnsignedByte(0)).isEqualTo((short) 0x81);
        assertThat(out.getByte(1)).isEqualTo((byte) Buffer.buffer(json).length());
        assertThat(out.getString(2, out.length())).isEqualTo(json);
    }

    @Test
    void anEventWithoutIdHasNoSuchMember() {
        TextFrames.event(out, "", "stream.reset", Buffer.buffer("{}"));

        assertThat(out.getString(2, out.length())).isEqualTo("{\"event\":\"stream.reset\",\"data\":{}}");
    }

    @ParameterizedTest
    @CsvSource({"0,2", "125,2", "126,4", "65535,4", "65536,10"})
    void theLengthIsWrittenInTheShortestForm(int length, int header) {
        TextFrames.text(out, Buffer.buffer("x".repeat(length)));

        assertThat(out.length()).isEqualTo(header + length);
        int read = switch (header) {
            case 2 -> out.getByte(1);
            case 4 -> out.getUnsignedShort(2);
            default -> Math.toIntExact(out.getLong(2));
        };
        assertThat(read).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "é"})
    void idsAndNamesCannotLeaveTheirString(String value) {
        assertThatThrownBy(() -> TextFrames.event(out, value, "e", Buffer.buffer("{}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFrames.event(out, "", value, Buffer.buffer("{}")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
