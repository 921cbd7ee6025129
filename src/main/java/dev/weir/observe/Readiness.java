package dev.weir.observe;

import java.util.List;

/**
 * Whether this gateway wants traffic.
 *
 * @param reasons why not, one sentence each, fit for operators; empty when ready
 */
public record Readiness(boolean ready, List<String> reasons) {
    public Readiness {
        reasons = List.copyOf(reasons);
    }
}
