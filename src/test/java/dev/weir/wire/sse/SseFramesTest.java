package dev.weir.wire.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseFramesTest {
    private final Buffer out = Buffer.buffer();

    @Test
    void anEventIsItsFieldsAndABlankLine() {
        SseFrames.event(out, "1-2", "run.output", Buffer.buffer("{\"text\":\"hé\"}"));

        assertThat(out.toString()).isEqualTo("id: 1-2\nevent: run.output\ndata: {\"text\":\"hé\"}\n\n");
    }

    @Test
    void anEventWithoutIdHasNoIdField() {
        SseFrames.event(out, "", "run.queued", Buffer.buffer("{}"));

        assertThat(out.toString()).isEqualTo("event: run.queued\ndata: {}\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb"})
    void dataWithLineBreaksStaysData(String data) {
        SseFrames.event(out, "", "e", Buffer.buffer(data));

        assertThat(out.toString()).isEqualTo("event: e\ndata: a\ndata: b\n\n");
    }

    @Test
    void dataCannotStartAnotherEvent() {
        SseFrames.event(out, "", "e", Buffer.buffer("{}\n\nid: 9-9\nevent: run.succeeded\r\rdata: x\r\n"));

        assertThat(out.toString().lines().skip(1)).allMatch(line -> line.isEmpty() || line.startsWith("data: "));
        assertThat(out.toString().split("\n\n", -1)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1\ndata: x", "1-1\rdata: x", "1-1\0", "\n"})
    void nothingElseTakesALineBreak(String value) {
        assertThatThrownBy(() -> SseFrames.event(out, value, "e", Buffer.buffer("{}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SseFrames.event(out, "1-1", value, Buffer.buffer("{}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SseFrames.comment(out, value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commentsAndRetryAreTheirOwnBlocks() {
        SseFrames.retry(out, Duration.ofSeconds(1));
        SseFrames.comment(out, "heartbeat");

        assertThat(out.toString()).isEqualTo("retry: 1000\n\n: heartbeat\n\n");
    }
}
