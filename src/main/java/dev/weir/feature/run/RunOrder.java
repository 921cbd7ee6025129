package dev.weir.feature.run;

import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunQueue.Place;
import dev.weir.kernel.StageRef;
import java.time.Duration;
import java.time.Instant;

/**
 * What was asked for: everything about a run that never changes after it was accepted.
 *
 * @param version the deployment that was active then
 * @param source {@code api}, {@code schedule} (also when its owner had it run at once)
 * @param input JSON text
 * @param timeout of one attempt
 * @param line where it waits
 */
public record RunOrder(
        StageRef stage,
        String version,
        String source,
        String invokedBy,
        String input,
        Duration timeout,
        int maxAttempts,
        Line line,
        Instant createdAt) {
    /** Whose it is, and where it waits. */
    public Place place() {
        return new Place(stage.tenant().value(), line);
    }

    /** What is reserved of a quota of time, and the most that is ever charged: every attempt in full. */
    public Duration longest() {
        return timeout.multipliedBy(maxAttempts);
    }

    /** Without the input, which may hold secrets. */
    @Override
    public String toString() {
        return "RunOrder[" + stage + "@" + version + " by " + invokedBy + "]";
    }
}
