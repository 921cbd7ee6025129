package dev.weir.feature.run;

import dev.weir.feature.run.event.RunId;
import dev.weir.wire.env.StrippedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One execution's record.
 *
 * @param status derived states are never stored beside it
 * @param attempt 0 until first claimed, then counting executions
 * @param claim who executes it
 * @param cancelledBy who asked for the run to be cancelled, if anyone
 * @param strippedEnv variables that were not passed on, by name, each with the rule that stripped it
 * @param outcome present exactly when {@code status} is terminal
 */
public record Run(
        RunId id,
        RunOrder order,
        RunStatus status,
        int attempt,
        Claim claim,
        Optional<String> cancelledBy,
        Optional<Instant> startedAt,
        List<StrippedName> strippedEnv,
        Optional<Outcome> outcome) {
    public Run {
        strippedEnv = List.copyOf(strippedEnv);
    }

    /** Whether a microVM was ever told to start it; from then on it counts, and is charged for. */
    public boolean wasExecuted() {
        return claim.microVm().isPresent() || attempt > 1;
    }

    /** The same, bound to a microVM. */
    public Run boundTo(String microVm, Instant at) {
        return new Run(id, order, status, attempt,
                new Claim(claim.fence(), claim.leaseUntil(), Optional.of(microVm),
                        claim.boundAt().or(() -> Optional.of(at))),
                cancelledBy, startedAt, strippedEnv, outcome);
    }

    /** What is charged if it ends {@code now}: nothing if it was never executed, else the time since a microVM was there for it, at most what its attempts may take. */
    public Duration billable(Instant now) {
        if (!wasExecuted()) {
            return Duration.ZERO;
        }
        Duration took = Duration.between(claim.boundAt().or(() -> startedAt).orElse(now), now);
        Duration most = order.timeout().multipliedBy(attempt);
        return took.compareTo(most) < 0 ? took : most;
    }

    /**
     * Who executes a run.
     *
     * @param fence grows with every claim, 0 before the first; writes of an executing side carry it, and an older one is refused
     * @param leaseUntil until when the owner of this fence may go on without renewing
     * @param microVm the boot id of the microVM the run was bound to before it was told to start; absent if it was not told yet
     * @param boundAt when that was, the first time
     */
    public record Claim(long fence, Instant leaseUntil, Optional<String> microVm, Optional<Instant> boundAt) {
        /** Before the first claim. */
        public static final Claim NONE = new Claim(0, Instant.EPOCH, Optional.empty(), Optional.empty());
    }
}
