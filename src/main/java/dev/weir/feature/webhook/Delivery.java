package dev.weir.feature.webhook;

import dev.weir.feature.run.event.RunId;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One message to one endpoint. Its id and its bytes are the same at every try.
 *
 * @param id also the {@code webhook-id}, by which a receiver knows what it has seen
 * @param run what it tells of, absent for a test
 * @param type such as {@code run.succeeded}
 * @param tries since it was last asked for
 * @param nextAt when it is to be tried, if it is pending
 * @param note why it will not be tried any more, for the tenant
 */
public record Delivery(
        String id,
        Endpoint endpoint,
        Optional<RunId> run,
        String type,
        Buffer body,
        State state,
        int tries,
        Instant nextAt,
        Instant createdAt,
        Optional<String> note) {
    /** Only a pending one is tried; the others stay unless they are asked for again. */
    public enum State {
        PENDING, DELIVERED, FAILED, REJECTED
    }

    /**
     * One try, for the log.
     *
     * @param n from 1, over all tries that there ever were
     * @param outcome a status, or a word for why there is none
     */
    public record Try(int n, Instant at, Duration took, String outcome) {}

    /** Without the body. */
    @Override
    public String toString() {
        return "Delivery[" + id + " " + type + " " + state + "]";
    }
}
