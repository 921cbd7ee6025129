package dev.weir.feature.interpreter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 64 keys, 2,000 steps of everything that can happen, in an order that nobody has thought of. */
class PoolSoakTest {
    private static final int STEPS = 2_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_122, 4_711})
    void noSessionIsLentTwiceToOthersOrForEver(long seed) {
        Soak soak = new Soak(seed);
        for (int step = 0; step < STEPS; step++) {
            soak.step();
        }
        soak.close();
        assertThat(soak.seen.keySet()).contains("warm", "refused or thrown", "failed start", "start", "call",
                "failed call",
                "call without end", "end", "quarantine", "given up", "flush", "prune", "warm-up");
        assertThat(soak.seen.get("warm")).as("warm sessions lent").isGreaterThan(50);
    }
}
