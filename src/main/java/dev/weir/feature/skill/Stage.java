package dev.weir.feature.skill;

import dev.weir.feature.secret.SecretRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One place a skill is deployed to, with its own settings.
 *
 * @param env what the tenant set, not yet curated
 * @param secretRefs which variables hold which secrets; resolved when a run is executed, and then curated as {@code env} is
 * @param maxAttempts how often a run whose microVM is lost may be executed; 1 = never again
 * @param activeVersion the deployment that runs, absent until one was confirmed
 */
public record Stage(
        StageRef ref,
        Size size,
        Duration timeout,
        Map<String, String> env,
        List<SecretRef> secretRefs,
        int maxAttempts,
        Optional<String> activeVersion,
        Instant createdAt,
        Instant updatedAt) {
    /** Time and memory class; L and XL go to the queue for long runs. */
    public enum Size {
        S, M, L, XL;

        /** Whether runs of this size go to the queue for long ones. */
        public boolean isLong() {
            return this == L || this == XL;
        }
    }

    public Stage {
        env = Map.copyOf(env);
        secretRefs = List.copyOf(secretRefs);
    }
}
