package dev.weir.feature.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
    /** Draws the extremes of every range. */
    private static final RandomGenerator LOWEST = () -> 0L;

    @Test
    void neverLeavesItsBounds() {
        Backoff backoff = new Backoff(new Random(1));
        for (int failures = -1; failures < 2000; failures++) {
            assertThat(backoff.pause(failures)).isBetween(Backoff.MIN, Backoff.MAX);
            assertThat(backoff.plannedAge(Duration.ofMinutes(55)))
                    .isBetween(Duration.ofSeconds(2970), Duration.ofMinutes(55));
        }
    }

    @Test
    void ceilingDoublesUpToTheMaximum() {
        long[] ceilings = {200, 400, 800, 1600, 3200, 5000, 5000};
        for (int failures = 1; failures <= ceilings.length; failures++) {
            Backoff backoff = new Backoff(new Random(2));
            long largest = 0;
            for (int i = 0; i < 20_000; i++) {
                largest = Math.max(largest, backoff.pause(failures).toMillis());
            }
            assertThat(largest).isBetween(ceilings[failures - 1] * 99 / 100, ceilings[failures - 1]);
        }
        assertThat(new Backoff(LOWEST).pause(9)).isEqualTo(Backoff.MIN);
    }

    @Test
    void spreadsOverTheWholeRange() {
        Backoff backoff = new Backoff(new Random(3));
        long below = 0;
        for (int i = 0; i < 10_000; i++) {
            below += backoff.pause(10).toMillis() < 2550 ? 1 : 0;
        }
        assertThat(below).isBetween(4_700L, 5_300L);
    }
}
