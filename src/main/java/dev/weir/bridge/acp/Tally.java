package dev.weir.bridge.acp;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was not passed on, and says so: the first of each kind, and then every time the count has doubled. One event loop. */
final class Tally {
    private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

    /** Reasons to drop a line. */
    enum Kind {
        NOISE, BAD_INPUT, OVERSIZE, STRAY_ANSWER, LOST_OUTPUT, REFUSED
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final BridgeMeter meter;

    Tally(BridgeMeter meter) {
        this.meter = meter;
    }

    void add(Kind kind, long number) {
        long before = of(kind);
        long now = before + number;
        counts.put(kind, now);
        meter.dropped(kind.name().toLowerCase(Locale.ROOT), number);
        if (before == 0 || Long.highestOneBit(now) != Long.highestOneBit(before)) {
            LOG.warn("not passed on so far: {}={}", kind, now);
        }
    }

    long of(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }
}
