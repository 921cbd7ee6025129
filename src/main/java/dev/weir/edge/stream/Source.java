package dev.weir.edge.stream;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import java.util.concurrent.Executor;

/** Where streams get their events; the contract is that of {@link dev.weir.feature.run.feed.Feeds#subscribe}. */
@FunctionalInterface
public interface Source {
    /** Nothing is delivered during this call; every delivery is a task on {@code loop}. */
    Subscription subscribe(RunId run, EventId after, Executor loop, Subscriber subscriber);
}
