package dev.weir.feature.quota;

import dev.weir.feature.quota.Ledger.Shortage;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a run may execute now. */
public sealed interface Admission {
    /** It may, and holds its share until it is settled. */
    record Admitted() implements Admission {}

    /**
     * It may not; nothing is held and no time is billed.
     *
     * @param detail names each limit, for the caller
     * @param retryAfter when there may be room again, whole seconds, at least one
     */
    record Throttled(String detail, Duration retryAfter) implements Admission {
        /** A concurrent run ends when it ends: the caller may look again soon. */
        private static final Duration SOON = Duration.ofSeconds(5);

        static Throttled of(List<Shortage> shortages, Instant now) {
            String detail = shortages.stream().map(Throttled::line).collect(Collectors.joining("; "));
            Duration wait = shortages.stream().map(each -> wait(each, now)).max(Comparator.naturalOrder())
                    .orElse(SOON);
            return new Throttled(detail, wait);
        }

        private static String line(Shortage shortage) {
            Ledger.Counter counter = shortage.draw().counter();
            return counter.dimension().wireName() + " of " + counter.scope().label() + ": " + shortage.used()
                    + " of " + shortage.draw().limit() + " used, " + shortage.draw().amount() + " needed";
        }

        private static Duration wait(Shortage shortage, Instant now) {
            return shortage.draw().counter().dimension().reset(now)
                    .map(reset -> Duration.ofSeconds(Math.max(1, Duration.between(now, reset).plusNanos(999_999_999)
                            .toSeconds())))
                    .orElse(SOON);
        }
    }
}
