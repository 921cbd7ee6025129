package dev.weir.feature.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * How a scope stands in one dimension, in the dimension's unit.
 *
 * @param used holds included; it may exceed a limit that was lowered
 * @param reset when {@code used} begins anew; absent for what is used while it runs
 */
public record Allowance(Scope scope, Dimension dimension, long limit, long used, Optional<Instant> reset) {
    /** Never negative. */
    public long left() {
        return Math.max(0, limit - used);
    }
}
