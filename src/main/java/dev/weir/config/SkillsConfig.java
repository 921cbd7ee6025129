package dev.weir.config;

import java.time.Duration;
import java.util.Map;

/**
 * How skills come in.
 *
 * @param uploadValidity of an upload's URL
 * @param validators packages judged at the same time
 * @param scanSeverity rule of the source scan to {@code block}, {@code warn} or {@code off}, where that is not the usual
 */
public record SkillsConfig(Duration uploadValidity, int validators, Map<String, String> scanSeverity,
        DependenciesConfig dependencies, SchedulesConfig schedules, WebhooksConfig webhooks) {
    public static final SkillsConfig DEFAULT = new SkillsConfig(Duration.ofMinutes(15), 2, Map.of(),
            DependenciesConfig.DEFAULT, SchedulesConfig.DEFAULT, WebhooksConfig.DEFAULT);

    public SkillsConfig {
        scanSeverity = Map.copyOf(scanSeverity);
    }
}
