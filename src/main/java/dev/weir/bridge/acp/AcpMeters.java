package dev.weir.bridge.acp;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The bridges of one configured agent, for an operator; keep one per agent. Prometheus sees {@code weir_acp_...}. */
public final class AcpMeters implements BridgeMeter {
    /** Lines; tag {@code lane}. */
    public static final String LINES = "weir.acp.lines";
    /** Lines not passed on; tag {@code kind}: {@code lost_output} are gaps, {@code oversize} what was too large. */
    public static final String DROPPED = "weir.acp.dropped";
    /** Connections made again. */
    public static final String RECONNECTS = "weir.acp.reconnects";
    /** Time until an agent was ready. */
    public static final String READY = "weir.acp.ready";
    /** Time from a prompt to its answer. */
    public static final String TURN = "weir.acp.turn";
    /** Requests of clients that are open. */
    public static final String PENDING = "weir.acp.pending";

    private final MeterRegistry registry;
    private final Tags tags;
    private final AtomicInteger pending;

    /** @param agent its name in the configuration */
    public AcpMeters(MeterRegistry registry, String agent) {
        this.registry = registry;
        this.tags = Tags.of("agent", agent);
        this.pending = registry.gauge(PENDING, tags, new AtomicInteger());
    }

    @Override
    public void line(Lane lane) {
        registry.counter(LINES, tags.and("lane", BridgeSummary.word(lane))).increment();
    }

    @Override
    public void dropped(String kind, long lines) {
        registry.counter(DROPPED, tags.and("kind", kind)).increment((double) lines);
    }

    @Override
    public void reconnected() {
        registry.counter(RECONNECTS, tags).increment();
    }

    @Override
    public void ready(Duration since) {
        registry.timer(READY, tags).record(since);
    }

    @Override
    public void turn(Duration length) {
        registry.timer(TURN, tags).record(length);
    }

    @Override
    public void pending(int change) {
        pending.addAndGet(change);
    }

    @Override
    public void ended() {
        // others of this agent go on
    }
}
