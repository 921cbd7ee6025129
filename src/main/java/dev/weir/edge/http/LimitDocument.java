package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import java.math.RoundingMode;
import java.time.Instant;

/** Limits as clients see them: time is in minutes. */
final class LimitDocument {
    private LimitDocument() {}

    /** A stage's limits as they are set. */
    static ObjectNode of(Limits limits) {
        ObjectNode document = Json.object();
        for (Dimension dimension : Dimension.values()) {
            if (limits.most().containsKey(dimension)) {
                document.put(dimension.shownName(), limits.most().get(dimension) / dimension.shownUnit());
            }
        }
        return document;
    }

    /** How a limit stands. */
    static ObjectNode of(Allowance allowance) {
        Dimension dimension = allowance.dimension();
        return Json.object().put("dimension", dimension.shownName())
                .put("limit", dimension.shown(allowance.limit(), RoundingMode.HALF_UP))
                .put("used", dimension.shown(allowance.used(), RoundingMode.HALF_UP))
                .put("left", dimension.shown(allowance.left(), RoundingMode.HALF_UP))
                .put("reset_at", allowance.reset().map(Instant::toString).orElse(null));
    }
}
