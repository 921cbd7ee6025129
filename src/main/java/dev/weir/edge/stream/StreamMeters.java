package dev.weir.edge.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of one protocol's streams. */
final class StreamMeters {
    private final AtomicInteger open = new AtomicInteger();
    private final Counter events;

    StreamMeters(MeterRegistry registry, String protocol) {
        Gauge.builder("weir.streams.open", open, AtomicInteger::get)
                .description("Clients that read a run's live output")
                .tag("protocol", protocol)
                .register(registry);
        events = Counter.builder("weir.streams.events")
                .description("Events written to clients")
                .tag("protocol", protocol)
                .register(registry);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void delivered(int count) {
        events.increment(count);
    }
}
