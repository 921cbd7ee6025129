package dev.weir.edge.http;

import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Quotas;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code RateLimit-Policy} and {@code RateLimit} as in draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4: lists of structured fields,
 * one item for each limit of the tenant's and then of the stage's. Billable time is left out: the draft's registry has no unit for it.
 */
final class LimitHeaders {
    private static final Logger LOG = LoggerFactory.getLogger(LimitHeaders.class);

    private final Quotas quotas;
    private final InstantSource clock;

    LimitHeaders(Quotas quotas, InstantSource clock) {
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Adds what is known; where nothing is limited, or nobody can tell now, there is nothing to add. Never fails. */
    Future<Void> add(HttpServerResponse response, StageRef stage) {
        return quotas.view(stage).<Void>map(all -> {
            List<Allowance> shown = all.stream()
                    .filter(each -> each.dimension() != Dimension.BILLABLE_TIME_PER_MONTH).toList();
            if (!shown.isEmpty() && !response.headWritten()) {
                Instant now = clock.instant();
                response.putHeader("RateLimit-Policy",
                        shown.stream().map(LimitHeaders::policy).collect(Collectors.joining(", ")));
                response.putHeader("RateLimit",
                        shown.stream().map(each -> standing(each, now)).collect(Collectors.joining(", ")));
            }
            return null;
        }).otherwise(failure -> {
            LOG.atWarn().setCause(failure).log("an answer goes without its limit headers");
            return null;
        });
    }

    /** Distinct within an answer, as the draft wants it. */
    private static String name(Allowance allowance) {
        return "\"" + (allowance.scope().stage().isPresent() ? "stage_" : "") + allowance.dimension().shownName()
                + "\"";
    }

    private static String policy(Allowance allowance) {
        String parameters = switch (allowance.dimension()) {
            case RUNS_PER_HOUR -> ";w=" + Duration.ofHours(1).toSeconds();
            case RUNS_PER_DAY -> ";w=" + Duration.ofDays(1).toSeconds();
            case CONCURRENT_RUNS -> ";qu=\"concurrent-requests\"";
            case BILLABLE_TIME_PER_MONTH -> throw new IllegalArgumentException("has no unit");
        };
        return name(allowance) + ";q=" + allowance.limit() + parameters;
    }

    private static String standing(Allowance allowance, Instant now) {
        String reset = allowance.reset()
                .map(at -> ";t=" + Math.max(0, Duration.between(now, at).plusNanos(999_999_999).toSeconds()))
                .orElse("");
        return name(allowance) + ";r=" + allowance.left() + reset;
    }
}
