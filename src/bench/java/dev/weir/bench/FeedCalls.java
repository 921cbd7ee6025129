package dev.weir.bench;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.run.feed.Publication;
import dev.weir.feature.run.feed.RunState;
import dev.weir.feature.run.feed.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The feed as the gateway uses it, over a log in memory. */
final class FeedCalls implements Way {
    private static final RunId RUN = RunId.create(Instant.EPOCH);
    private static final Feeds.Limits LIMITS = new Feeds.Limits(2048, 1 << 20, Duration.ofSeconds(30));

    private final Readers readers;
    private final ArrayLog log = new ArrayLog();
    private final Feeds feeds = new Feeds(log, _ -> Future.succeededFuture(new RunState(Optional.empty())),
            InstantSource.system(), LIMITS);
    private final ConcurrentLinkedQueue<Runnable> leaving = new ConcurrentLinkedQueue<>();
    private Publication publication;

    FeedCalls(Readers readers) {
        this.readers = readers;
    }

    @Override
    public void open() throws InterruptedException {
        publication = feeds.publish(RUN, 1, 0, 0);
        readers.onEach(loop -> {
            List<Subscription> subscriptions = loop.readers().stream()
                    .map(reader -> feeds.subscribe(RUN, EventId.START, loop.executor(), reader)).toList();
            leaving.add(() -> loop.executor().execute(() -> subscriptions.forEach(Subscription::cancel)));
        });
    }

    @Override
    public void send(List<RunEvent> events) {
        publication.publish(events);
        log.append(RUN, 1, events);
        publication.durable(events.getLast().id().n());
    }

    @Override
    public void close() throws InterruptedException {
        leaving.forEach(Runnable::run);
        readers.onEach(_ -> {}); // behind the last of them
        publication.abandon();
    }
}
