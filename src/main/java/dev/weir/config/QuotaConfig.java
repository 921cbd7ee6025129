package dev.weir.config;

import java.time.Duration;
import java.util.Map;

/**
 * What a tenant may use; {@link #UNLIMITED} = as much as it likes, 0 = nothing. Periods are those of UTC.
 *
 * @param tenants for tenants by name, what differs, such as {@code runs-per-hour=100 concurrent-runs=5}
 * @param lease how long a gateway that died holds what it had reserved, and once more before it lapses; longer than a restart takes
 */
public record QuotaConfig(
        long runsPerHour, long runsPerDay, long billableMinutesPerMonth, long concurrentRuns,
        Map<String, String> tenants, Duration lease) {
    public static final long UNLIMITED = -1;
    public static final QuotaConfig DEFAULT = new QuotaConfig(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, Map.of(),
            Duration.ofMinutes(10));

    public QuotaConfig {
        tenants = Map.copyOf(tenants);
    }
}
