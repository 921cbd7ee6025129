package dev.weir.feature.run;

import dev.weir.feature.run.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How a run ended. With it the terminal event is given too: {@link RecordEvents#of} computes it.
 *
 * @param status a terminal one
 * @param output JSON text, present exactly when succeeded
 * @param error present exactly when failed or throttled
 * @param eventId the terminal event's id
 * @param finishedAt in microseconds: a store keeps no more, and the terminal event must read the same before and after
 * @param billable what is charged
 */
public record Outcome(
        RunStatus status,
        Optional<String> output,
        Optional<RunError> error,
        EventId eventId,
        Instant finishedAt,
        Duration billable) {
    public Outcome {
        if (!status.isTerminal()) {
            throw new IllegalArgumentException("not a terminal status: " + status);
        }
        finishedAt = finishedAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** Without the output. */
    @Override
    public String toString() {
        return "Outcome[" + status + " " + eventId + error.map(e -> " " + e.kind()).orElse("") + "]";
    }
}
