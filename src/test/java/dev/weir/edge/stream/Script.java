package dev.weir.edge.stream;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A source whose every delivery the test decides on; it honours writability as the feed does. */
final class Script implements Source {
    final List<Reader> readers = new CopyOnWriteArrayList<>();

    @Override
    public Subscription subscribe(RunId run, EventId after, Executor loop, Subscriber subscriber) {
        Reader reader = new Reader(after, loop, subscriber);
        readers.add(reader);
        return reader;
    }

    /** One subscription. */
    static final class Reader implements Subscription {
        final EventId after;
        final Executor loop;
        final AtomicInteger cancelled = new AtomicInteger();
        final AtomicInteger resumed = new AtomicInteger();
        final AtomicInteger written = new AtomicInteger();
        private final Subscriber subscriber;
        private final Deque<Consumer<Subscriber>> pending = new ArrayDeque<>();

        Reader(EventId after, Executor loop, Subscriber subscriber) {
            this.after = after;
            this.loop = loop;
            this.subscriber = subscriber;
        }

        Reader write(Batch batch) {
            return then(to -> {
                to.write(batch);
                written.incrementAndGet();
            });
        }

        Reader then(Consumer<Subscriber> step) {
            loop.execute(() -> {
                pending.add(step);
                pump();
            });
            return this;
        }

        private void pump() {
            while (!pending.isEmpty() && cancelled.get() == 0 && subscriber.isWritable()) {
                pending.poll().accept(subscriber);
            }
        }

        @Override
        public void resume() {
            resumed.incrementAndGet();
            pump();
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }
    }
}
