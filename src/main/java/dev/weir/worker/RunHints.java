package dev.weir.worker;

import dev.weir.feature.run.Hints;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.eventbus.EventBus;

/** Hints over the event bus. */
public final class RunHints implements Hints {
    static final String QUEUED = "weir.run.queued";
    static final String CANCELLED = "weir.run.cancelled";

    private final EventBus bus;

    public RunHints(EventBus bus) {
        this.bus = bus;
    }

    @Override
    public void queued() {
        bus.publish(QUEUED, "");
    }

    @Override
    public void cancelled(RunId run) {
        bus.publish(CANCELLED, run.value());
    }
}
