package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.QuotaConfig;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.fixture.Answers;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfiguredLimitsTest {
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();

    private Map<Dimension, Long> of(QuotaConfig config, Scope scope) {
        return Answers.of(new ConfiguredLimits(config, catalog).of(scope)).most();
    }

    @Test
    void byDefaultNothingIsLimited() {
        assertThat(of(QuotaConfig.DEFAULT, Scope.of(Samples.TENANT))).isEmpty();
        assertThat(of(QuotaConfig.DEFAULT, Scope.of(Samples.STAGE))).as("there is no such stage").isEmpty();
    }

    @Test
    void aTenantHasWhatAllHaveExceptWhereItDiffers() {
        QuotaConfig config = new QuotaConfig(100, -1, 2, 5,
                Map.of("acme", "runs-per-hour=0 \t concurrent-runs=-1  runs-per-day=7",
                        "globex", "billable-minutes-per-month=1000000000"),
                Duration.ofMinutes(1));
        assertThat(of(config, Scope.of(Samples.TENANT))).isEqualTo(Map.of(Dimension.RUNS_PER_HOUR, 0L,
                Dimension.RUNS_PER_DAY, 7L, Dimension.BILLABLE_TIME_PER_MONTH, 120_000L));
        assertThat(of(config, Scope.of(Samples.OTHER_TENANT)))
                .containsEntry(Dimension.BILLABLE_TIME_PER_MONTH, 60_000_000_000_000L)
                .containsEntry(Dimension.RUNS_PER_HOUR, 100L);
        assertThat(of(config, Scope.of(new TenantId("third")))).isEqualTo(Map.of(Dimension.RUNS_PER_HOUR, 100L,
                Dimension.BILLABLE_TIME_PER_MONTH, 120_000L, Dimension.CONCURRENT_RUNS, 5L));
    }

    @Test
    void aStagesLimitsAreThoseOfNow() {
        ConfiguredLimits book = new ConfiguredLimits(QuotaConfig.DEFAULT, catalog);
        Instant now = Instant.EPOCH;
        Samples.stage(catalog, Samples.STAGE, now);
        assertThat(Answers.of(book.of(Scope.of(Samples.STAGE))).most()).isEmpty();
        Limits limits = new Limits(Map.of(Dimension.CONCURRENT_RUNS, 3L));
        StageSettings settings = new StageSettings(Stage.RunsIn.AGENT, Stage.Size.S, Duration.ofSeconds(9), Map.of(),
                List.of(), 1,
                Optional.empty(), Optional.empty(), limits);
        Answers.of(catalog.put(new Stage(Samples.STAGE, settings, Optional.empty(), now, now)));
        assertThat(Answers.of(book.of(Scope.of(Samples.STAGE)))).isEqualTo(limits);
    }
}
