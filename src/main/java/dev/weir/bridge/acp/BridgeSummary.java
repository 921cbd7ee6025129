package dev.weir.bridge.acp;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts for one bridge, and says it in one line at its end. */
public final class BridgeSummary implements BridgeMeter {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeSummary.class);

    private final Map<String, Long> counts = new TreeMap<>();
    private Duration ready = Duration.ZERO;
    private Duration longest = Duration.ZERO;
    private int open;
    private int mostOpen;

    @Override
    public synchronized void line(Lane lane) {
        add(word(lane), 1);
    }

    @Override
    public synchronized void dropped(String kind, long lines) {
        add("dropped." + kind, lines);
    }

    @Override
    public synchronized void reconnected() {
        add("reconnects", 1);
    }

    @Override
    public synchronized void ready(Duration since) {
        ready = since;
    }

    @Override
    public synchronized void turn(Duration length) {
        add("turns", 1);
        longest = length.compareTo(longest) > 0 ? length : longest;
    }

    @Override
    public synchronized void pending(int change) {
        open += change;
        mostOpen = Math.max(mostOpen, open);
    }

    @Override
    public synchronized void ended() {
        LOG.info("{}", this);
    }

    /** All of it, without anything that was said. */
    @Override
    public synchronized String toString() {
        return counts.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" ", "the bridge in figures: ", " pending=" + open + " most_pending="
                        + mostOpen + " ready_ms=" + ready.toMillis() + " longest_turn_ms=" + longest.toMillis()));
    }

    static String word(Lane lane) {
        return switch (lane) {
            case FROM_CLIENT -> "from_client";
            case TO_AGENT -> "to_agent";
            case FROM_AGENT -> "from_agent";
            case TO_CLIENT -> "to_client";
        };
    }

    private void add(String name, long number) {
        counts.merge(name, number, Long::sum);
    }
}
