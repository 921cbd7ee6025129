package dev.weir.feature.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** The events that are functions of the run record: queued, started, and the terminal one (ADR 0004). */
public final class RecordEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordEvents() {}

    /** The one event a finished run's stream ends with. */
    public static RunEvent of(RunId run, Outcome outcome) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("run_id", run.value());
        outcome.output().ifPresent(output -> data.putRawValue("output", new RawValue(output)));
        outcome.error()
                .ifPresent(error -> data.putObject("error").put("kind", error.kind()).put("message", error.message()));
        data.put("finished_at", outcome.finishedAt().toString());
        return new RunEvent(outcome.eventId(), type(outcome.status()), bytes(data));
    }

    /** What a reader of a run that waits is told first; it has no id. */
    public static RunEvent queued(RunId run) {
        return new RunEvent(EventId.START, EventType.QUEUED,
                bytes(JsonNodeFactory.instance.objectNode().put("run_id", run.value())));
    }

    /** Event 1 of an attempt; a function of the record, so that two gateways write the same. */
    public static RunEvent started(RunId run, String version, int attempt, Instant startedAt) {
        ObjectNode data = JsonNodeFactory.instance.objectNode()
                .put("run_id", run.value())
                .put("version", version)
                .put("attempt", attempt)
                .put("started_at", startedAt.toString());
        return new RunEvent(new EventId(attempt, 1), EventType.STARTED, bytes(data));
    }

    private static EventType type(RunStatus status) {
        return switch (status) {
            case SUCCEEDED -> EventType.SUCCEEDED;
            case FAILED -> EventType.FAILED;
            case CANCELLED -> EventType.CANCELLED;
            case TIMED_OUT -> EventType.TIMED_OUT;
            case THROTTLED -> EventType.THROTTLED;
            case QUEUED, RUNNING -> throw new IllegalArgumentException("not terminal: " + status);
        };
    }

    private static Buffer bytes(ObjectNode data) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers can be written", e);
        }
    }
}
