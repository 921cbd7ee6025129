package dev.weir.feature.quota;

import io.vertx.core.Future;
import java.util.Map;

/** Upper bounds by dimension, in its unit; what is absent is not limited, 0 allows nothing. */
public record Limits(Map<Dimension, Long> most) {
    public static final Limits NONE = new Limits(Map.of());

    public Limits {
        most = Map.copyOf(most);
        if (most.values().stream().anyMatch(limit -> limit < 0)) {
            throw new IllegalArgumentException("a limit is not negative");
        }
    }

    /** Where limits are written down. A failure means that nothing is admitted. */
    @FunctionalInterface
    public interface Book {
        Future<Limits> of(Scope scope);
    }
}
