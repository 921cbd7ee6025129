package dev.weir.feature.run;

import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunQueue.Place;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.StageRef;
import java.time.Duration;
import java.time.Instant;

/**
 * What was asked for: everything about a run that never changes after it was accepted.
 *
 * @param stage of code that is of no skill, one of the names that {@code feature.interpreter} reserves
 * @param version the deployment that was active then
 * @param source {@code api}, {@code schedule} (also when its owner had it run at once)
 * @param input JSON text
 * @param timeout of one attempt
 * @param line where it waits
 */
public record RunOrder(
        RunKind kind,
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

    /**
     * What is reserved of a quota of time: {@code timeout} for every attempt. No more than that is ever charged ({@link Run#billable}): how
     * long microVMs take to start and to stop, and gateways to be replaced, counts only as far as it fits in.
     */
    public Duration longest() {
        return timeout.multipliedBy(maxAttempts);
    }

    /** False if the stage was made anew since: what has its name and versions now may be other code, with other secrets. */
    public boolean isFor(Stage now) {
        return stage.equals(now.ref()) && !now.createdAt().isAfter(createdAt);
    }

    /** Without the input, which may hold secrets. */
    @Override
    public String toString() {
        return "RunOrder[" + stage + "@" + version + " by " + invokedBy + "]";
    }
}
