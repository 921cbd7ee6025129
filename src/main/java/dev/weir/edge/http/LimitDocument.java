package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import java.time.Duration;
import java.util.Locale;

/** Limits as clients see them: time is in minutes. */
final class LimitDocument {
    private LimitDocument() {}

    static String name(Dimension dimension) {
        return dimension == Dimension.BILLABLE_TIME_PER_MONTH
                ? "billable_minutes_per_month"
                : dimension.name().toLowerCase(Locale.ROOT);
    }

    /** How much of the dimension's own unit one of the client's is. */
    static long unit(Dimension dimension) {
        return dimension == Dimension.BILLABLE_TIME_PER_MONTH ? Duration.ofMinutes(1).toMillis() : 1;
    }

    /** A stage's limits as they are set. */
    static ObjectNode of(Limits limits) {
        ObjectNode document = Json.object();
        for (Dimension dimension : Dimension.values()) {
            if (limits.most().containsKey(dimension)) {
                document.put(name(dimension), limits.most().get(dimension) / unit(dimension));
            }
        }
        return document;
    }
}
