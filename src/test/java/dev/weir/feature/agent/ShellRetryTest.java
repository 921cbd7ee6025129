package dev.weir.feature.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ShellRetryTest {
    private final ShellRetry retry = ShellRetry.aws(RandomGenerator.of("L64X128MixRandom"));

    @Test
    void case50PausesGrowToACapVaryAndEndWithTheWindow() {
        long[] expected = {1000, 2000, 4000, 8000, 15_000, 30_000, 1000};
        for (int failures = 0; failures < expected.length; failures++) {
            Set<Duration> seen = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                seen.add(retry.beforeAgain(failures, Duration.ZERO).orElseThrow());
            }
            long middle = expected[failures];
            assertThat(seen).hasSizeGreaterThan(10).allMatch(
                    pause -> pause.toMillis() >= middle * 3 / 4 && pause.toMillis() <= middle * 5 / 4);
        }
        assertThat(retry.beforeAgain(0, Duration.ofMinutes(14))).isPresent();
        assertThat(retry.beforeAgain(0, Duration.ofMinutes(15))).isEmpty();
    }

    @Test
    void case08AFirstConnectionIsTriedFiveTimes() {
        assertThat(retry.beforeOpening(4)).hasValueSatisfying(
                pause -> assertThat(pause).isBetween(Duration.ofMillis(1500), Duration.ofMillis(2500)));
        assertThat(retry.beforeOpening(5)).isEmpty();
    }
}
