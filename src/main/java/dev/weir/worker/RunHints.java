package dev.weir.worker;

import dev.weir.feature.run.Hints;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.eventbus.EventBus;
import java.util.function.Consumer;

/** Hints over the event bus. */
public final class RunHints implements Hints {
    static final String QUEUED = "weir.run.queued";
    static final String ENDED = "weir.run.ended";
    private static final String CANCELLED = "weir.run.cancelled";

    private final EventBus bus;

    public RunHints(EventBus bus) {
        this.bus = bus;
    }

    @Override
    public void queued() {
        bus.publish(QUEUED, "");
    }

    @Override
    public void ended() {
        bus.publish(ENDED, "");
    }

    /** Has somebody told of every run that somebody wants to end, on an event loop. */
    public void onCancelled(Consumer<RunId> listener) {
        bus.<String>consumer(CANCELLED, message -> listener.accept(new RunId(message.body())));
    }

    @Override
    public void cancelled(RunId run) {
        bus.publish(CANCELLED, run.value());
    }
}
