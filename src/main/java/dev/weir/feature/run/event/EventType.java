package dev.weir.feature.run.event;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of run event, by their names on the wire (design: api.md, Streams). */
public enum EventType {
    QUEUED("run.queued", false), STARTED("run.started", false), OUTPUT("run.output", false), MESSAGE("run.message",
            false), SUCCEEDED("run.succeeded", true), FAILED("run.failed", true), CANCELLED("run.cancelled",
                    true), TIMED_OUT("run.timed_out", true), THROTTLED("run.throttled", true);

    private static final Map<String, EventType> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toMap(EventType::wireName, Function.identity()));

    private final String wireName;
    private final boolean terminal;

    EventType(String wireName, boolean terminal) {
        this.wireName = wireName;
        this.terminal = terminal;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether a run's stream ends with it. */
    public boolean isTerminal() {
        return terminal;
    }

    public static Optional<EventType> byName(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }
}
