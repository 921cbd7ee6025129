package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogWindowTest {
    @Test
    void keepsTheNewestUpToTheLimit() {
        LogWindow window = new LogWindow(100_000);
        Optional<EventId> cut = Optional.empty();
        for (int n = 1; n <= 200; n++) {
            Optional<EventId> now = window.add(List.of(event(n)));
            if (now.isPresent()) {
                assertThat(now.get().n()).isLessThanOrEqualTo(n);
                cut.ifPresent(before -> assertThat(now.get().isAfter(before)).isTrue());
                cut = now;
            }
        }
        // 200 events of 1,064 bytes in a window of 100,000: about the newest 90 to 94 stay.
        assertThat(cut.orElseThrow().n()).isBetween(105L, 112L);
    }

    @Test
    void nothingIsCutBelowTheLimit() {
        LogWindow window = new LogWindow(1 << 20);
        for (int n = 1; n <= 500; n++) {
            assertThat(window.add(List.of(event(n)))).isEmpty();
        }
    }

    @Test
    void oneHugeEventIsKept() {
        LogWindow window = new LogWindow(100);
        assertThat(window.add(List.of(event(1)))).isEmpty();
        assertThat(window.add(List.of(event(2)))).contains(new EventId(1, 2));
    }

    private static RunEvent event(int n) {
        return new RunEvent(new EventId(1, n), EventType.OUTPUT, Buffer.buffer("x".repeat(1000)));
    }
}
