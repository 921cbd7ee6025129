package dev.weir.feature.quota;

import dev.weir.feature.quota.Ledger.Shortage;
import java.math.RoundingMode;
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
     * @param retryAfter when there may be room again, or else when to look at the limits again; whole seconds, at least one
     * @param waitingHelps false if a limit is below what the run needs of it even when nothing is used
     */
    record Throttled(String detail, Duration retryAfter, boolean waitingHelps) implements Admission {
        /** A concurrent run ends when it ends: the caller may look again soon. */
        private static final Duration SOON = Duration.ofSeconds(5);
        /** Only somebody who changes a limit makes room. */
        private static final Duration LATER = Duration.ofHours(1);

        static Throttled of(List<Shortage> shortages, Instant now) {
            String detail = shortages.stream().map(Throttled::line).collect(Collectors.joining("; "));
            Duration wait = shortages.stream().map(each -> wait(each, now)).max(Comparator.naturalOrder())
                    .orElse(SOON);
            return new Throttled(detail, wait, shortages.stream().allMatch(each -> each.draw().everFits()));
        }

        private static String line(Shortage shortage) {
            Ledger.Counter counter = shortage.draw().counter();
            Dimension dimension = counter.dimension();
            return dimension.shownName() + " of " + counter.scope().label() + ": "
                    + text(dimension, shortage.used(), RoundingMode.CEILING) + " of "
                    + text(dimension, shortage.draw().limit(), RoundingMode.FLOOR) + " used, "
                    + text(dimension, shortage.draw().amount(), RoundingMode.CEILING) + " needed"
                    + (shortage.draw().everFits() ? "" : ", more than the limit: no waiting helps");
        }

        /** Rounded so that what does not fit in never looks as if it did. */
        private static String text(Dimension dimension, long amount, RoundingMode rounding) {
            return dimension.shown(amount, rounding).toPlainString();
        }

        private static Duration wait(Shortage shortage, Instant now) {
            return shortage.draw().counter().dimension().reset(now)
                    .map(reset -> Duration.ofSeconds(Math.max(1, Duration.between(now, reset).plusNanos(999_999_999)
                            .toSeconds())))
                    .orElse(shortage.draw().everFits() ? SOON : LATER);
        }
    }
}
