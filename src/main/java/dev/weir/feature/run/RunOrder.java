package dev.weir.feature.run;

import dev.weir.kernel.StageRef;
import java.time.Duration;
import java.time.Instant;

/**
 * What was asked for: everything about a run that never changes after it was accepted.
 *
 * @param version the deployment that was active then
 * @param source {@code api}, {@code schedule} (also when its owner had it run at once)
 * @param input JSON text
 */
public record RunOrder(
        StageRef stage,
        String version,
        String source,
        String invokedBy,
        String input,
        Duration timeout,
        int maxAttempts,
        Instant createdAt) {
    /** Without the input, which may hold secrets. */
    @Override
    public String toString() {
        return "RunOrder[" + stage + "@" + version + " by " + invokedBy + "]";
    }
}
