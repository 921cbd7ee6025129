package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    /** Who saw the end live and who reads it from the store later must read the same bytes; stores keep microseconds. */
    @Test
    void theTerminalEventHoldsNoMoreThanAStoreKeeps() {
        Instant precise = Instant.parse("2026-03-01T12:00:00.123456789Z");
        Outcome outcome = new Outcome(RunStatus.CANCELLED, Optional.empty(), Optional.empty(), new EventId(1, 2),
                precise, Duration.ZERO);
        assertThat(RecordEvents.of(new RunId("r"), outcome).data().toString())
                .contains("\"finished_at\":\"2026-03-01T12:00:00.123456Z\"");
    }
}
