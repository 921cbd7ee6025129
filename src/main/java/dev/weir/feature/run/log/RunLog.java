package dev.weir.feature.run.log;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.util.List;

/**
 * The durable, append-only record of what runs did. It holds every event but the terminal one, which is a function of the run record
 * ({@code feature.run.Outcome}) and is therefore never stored twice.
 */
public interface RunLog {
    /**
     * Appends events of one attempt, in order, all or none. Completes once they are durable (a crash of this process or machine keeps
     * them). Idempotent by (run, id): an event already there is left as it is.
     *
     * @return false if {@code fence} is no longer the run's, or the run is not running; nothing was written then
     */
    Future<Boolean> append(RunId run, long fence, List<RunEvent> events);

    /**
     * Events after {@code after}, in order, at most {@code maxEvents} of them and not many more than {@code maxBytes} of data (always at
     * least one if there is one). An unknown run reads as empty.
     */
    Future<List<RunEvent>> read(RunId run, EventId after, int maxEvents, int maxBytes);

    /** The oldest and the newest event held; both {@link EventId#START} if there is none. */
    Future<LogBounds> bounds(RunId run);

    /** Drops the events before {@code first}; readers that have not got so far get {@code Gone}. Idempotent. */
    Future<Void> trim(RunId run, EventId first);

    /** Whether the log holds exactly this event. */
    default Future<Boolean> holds(RunId run, EventId id) {
        return read(run, new EventId(id.attempt(), id.n() - 1), 1, 1)
                .map(events -> !events.isEmpty() && events.getFirst().id().equals(id));
    }
}
