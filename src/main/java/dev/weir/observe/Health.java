package dev.weir.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What keeps this gateway from being ready, by part. Safe from any thread; a part that never reported is no obstacle. */
public final class Health {
    private final Map<String, String> obstacles = new ConcurrentSkipListMap<>();

    /** {@code part} is not ready, because of {@code why}; replaces what it said before. */
    public void down(String part, String why) {
        obstacles.put(part, why);
    }

    /** {@code part} is ready. */
    public void up(String part) {
        obstacles.remove(part);
    }

    /** Ready when no part is down; reasons are ordered by part. */
    public Readiness readiness() {
        var reasons = obstacles.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue()).toList();
        return new Readiness(reasons.isEmpty(), reasons);
    }
}
