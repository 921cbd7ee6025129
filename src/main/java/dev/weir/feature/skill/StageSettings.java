package dev.weir.feature.skill;

import dev.weir.feature.quota.Limits;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.webhook.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an owner says of a stage.
 *
 * @param runsIn {@code runtime} in the API
 * @param env what the tenant set, not yet curated
 * @param secretRefs which variables hold which secrets; resolved when a run is executed, and then curated as {@code env} is
 * @param maxAttempts how often a run whose microVM is lost may be executed; 1 = never again
 * @param timing present if the stage has a schedule, in force or not
 * @param webhook whom to tell how its runs end
 * @param limits of its own, beside those of the tenant
 */
public record StageSettings(
        Stage.RunsIn runsIn,
        Stage.Size size,
        Duration timeout,
        Map<String, String> env,
        List<SecretRef> secretRefs,
        int maxAttempts,
        Optional<Timing> timing,
        Optional<Subscription> webhook,
        Limits limits) {
    /** When it runs by itself. */
    public record Timing(boolean enabled, Plan plan) {}

    public StageSettings {
        env = Map.copyOf(env);
        secretRefs = List.copyOf(secretRefs);
    }

    /** Of a stage in microVMs that does nothing by itself, tells nobody and has no limits of its own. */
    public static StageSettings of(Stage.Size size, Duration timeout, Map<String, String> env,
            List<SecretRef> secretRefs,
            int maxAttempts) {
        return new StageSettings(Stage.RunsIn.AGENT, size, timeout, env, secretRefs, maxAttempts, Optional.empty(),
                Optional.empty(),
                Limits.NONE);
    }

    /** Which secrets it refers to, in whatever role. */
    public Set<String> secretIds() {
        return Stream.concat(secretRefs.stream().map(SecretRef::secretId), webhook.map(Subscription::secretId).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The plan by which it runs by itself now, if any. */
    public Optional<Plan> plan() {
        return timing.filter(Timing::enabled).map(Timing::plan);
    }
}
