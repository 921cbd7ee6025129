package dev.weir.platform.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigException;
import dev.weir.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScanPolicyTest {
    /** The table of settings cannot see the rules, so this keeps the two together. */
    @ParameterizedTest
    @EnumSource(ScanRule.class)
    void exactlyTheRulesThatMayBeChangedAreSettings(ScanRule rule) {
        ConfigLoader.Flag flag = new ConfigLoader.Flag("--set", "skills.scan-severity." + rule.id(), "warn");
        if (rule.configurable()) {
            Map<String, String> changes = ConfigLoader.load(Optional.empty(), Map.of(), List.of(flag)).config().skills()
                    .scanSeverity();
            assertThat(changes).containsExactly(Map.entry(rule.id(), "warn"));
            assertThat(ScanPolicy.of(changes).severity(rule)).isEqualTo(ScanRule.Severity.WARN);
        } else {
            assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(), List.of(flag)))
                    .isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> ScanPolicy.of(Map.of(rule.id(), "warn")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
