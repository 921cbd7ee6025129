package dev.weir.app;

import dev.weir.config.QuotaConfig;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.skill.SkillCatalog;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Limits of tenants as the configuration has them, of stages as their owners do; the latter read anew each time. */
final class ConfiguredLimits implements Limits.Book {
    private static final Map<String, Dimension> NAMES = Map.of("runs-per-hour", Dimension.RUNS_PER_HOUR, "runs-per-day",
            Dimension.RUNS_PER_DAY, "billable-minutes-per-month", Dimension.BILLABLE_TIME_PER_MONTH, "concurrent-runs",
            Dimension.CONCURRENT_RUNS);

    private final SkillCatalog catalog;
    private final Limits ofAll;
    private final Map<String, Limits> ofTenants = new HashMap<>();

    ConfiguredLimits(QuotaConfig config, SkillCatalog catalog) {
        this.catalog = catalog;
        Map<Dimension, Long> common = new EnumMap<>(Dimension.class);
        put(common, Dimension.RUNS_PER_HOUR, config.runsPerHour());
        put(common, Dimension.RUNS_PER_DAY, config.runsPerDay());
        put(common, Dimension.BILLABLE_TIME_PER_MONTH, config.billableMinutesPerMonth());
        put(common, Dimension.CONCURRENT_RUNS, config.concurrentRuns());
        this.ofAll = new Limits(common);
        config.tenants().forEach((tenant, text) -> ofTenants.put(tenant, differing(common, text)));
    }

    @Override
    public Future<Limits> of(Scope scope) {
        return scope.stage()
                .map(stage -> catalog.stage(stage)
                        .map(found -> found.map(known -> known.settings().limits()).orElse(Limits.NONE)))
                .orElseGet(() -> Future
                        .succeededFuture(ofTenants.getOrDefault(scope.tenant().value(), ofAll)));
    }

    /** @param text as {@code config.Settings} lets it through: {@code name=number} by white space, the last of a name counts */
    private static Limits differing(Map<Dimension, Long> common, String text) {
        Map<Dimension, Long> limits = new EnumMap<>(Dimension.class);
        limits.putAll(common);
        for (String entry : text.trim().split("\\s+", -1)) {
            int equals = entry.indexOf('=');
            put(limits, NAMES.get(entry.substring(0, equals)), Long.parseLong(entry.substring(equals + 1)));
        }
        return new Limits(limits);
    }

    private static void put(Map<Dimension, Long> limits, Dimension dimension, long limit) {
        if (limit == QuotaConfig.UNLIMITED) {
            limits.remove(dimension);
        } else {
            limits.put(dimension,
                    dimension == Dimension.BILLABLE_TIME_PER_MONTH ? TimeUnit.MINUTES.toMillis(limit) : limit);
        }
    }
}
