package dev.weir.feature.run.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A writer, two loops and fifty readers that stall, leave and resume at random: each sees every event once, in order. */
class FeedsRaceTest {
    private static final RunId RUN = new RunId("run_1");
    private static final int EVENTS = 3000;
    private static final int READERS = 50;

    private final ListLog log = new ListLog();
    private final AtomicReference<Optional<RunEvent>> recorded = new AtomicReference<>(Optional.empty());
    private final Feeds feeds = new Feeds(log, _ -> Future.succeededFuture(new RunState(recorded.get())),
            InstantSource.system(),
            new Feeds.Limits(64, 1 << 20, Duration.ofMinutes(1)));
    private final CountDownLatch finished = new CountDownLatch(READERS);

    @Test
    void everyReaderSeesEveryEventOnceInOrder() throws InterruptedException {
        List<Reader> readers = new ArrayList<>();
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                ExecutorService two = Executors.newSingleThreadExecutor()) {
            Publication publication = feeds.publish(RUN, 1, 0, 0);
            for (int i = 0; i < READERS; i++) {
                Reader reader = new Reader(i % 2 == 0 ? one : two, RandomGenerator.of("L64X128MixRandom"));
                readers.add(reader);
                reader.open();
            }
            write(publication);
            while (!finished.await(10, TimeUnit.MILLISECONDS)) {
                feeds.sweep();
                readers.forEach(Reader::nudge);
            }
        }
        for (Reader reader : readers) {
            assertThat(reader.seen).hasSize(EVENTS + 1);
            for (int n = 1; n <= EVENTS + 1; n++) {
                assertThat(reader.seen.get(n - 1)).isEqualTo(new EventId(1, n));
            }
        }
    }

    private void write(Publication publication) {
        int n = 0;
        while (n < EVENTS) {
            List<RunEvent> batch = new ArrayList<>();
            for (int i = 0; i < 7 && n < EVENTS; i++) {
                batch.add(ListLog.event(1, ++n));
            }
            publication.publish(batch);
            log.append(RUN, 1, batch);
            publication.durable(n);
        }
        RunEvent end = new RunEvent(new EventId(1, EVENTS + 1), EventType.SUCCEEDED, Buffer.buffer("{}"));
        recorded.set(Optional.of(end));
        publication.finish(end);
    }

    /** Confined to its loop but for {@link #nudge}, which only posts. */
    private final class Reader implements Subscriber {
        private final List<EventId> seen = new ArrayList<>();
        private final ExecutorService loop;
        private final RandomGenerator random;
        private Subscription subscription;
        private boolean stalled;

        Reader(ExecutorService loop, RandomGenerator random) {
            this.loop = loop;
            this.random = random;
        }

        void open() {
            loop.execute(() -> subscription = feeds.subscribe(RUN, seen.isEmpty() ? EventId.START : seen.getLast(),
                    loop, this));
        }

        void nudge() {
            loop.execute(() -> {
                stalled = false;
                subscription.resume();
            });
        }

        @Override
        public boolean isWritable() {
            return !stalled;
        }

        @Override
        public void write(Batch batch) {
            batch.events().forEach(event -> seen.add(event.id()));
            stalled = random.nextInt(4) == 0;
            if (random.nextInt(10) == 0 && !batch.events().getLast().type().isTerminal()) {
                subscription.cancel();
                open();
            }
        }

        @Override
        public void reset() {
            throw new AssertionError("reset");
        }

        @Override
        public void end() {
            finished.countDown();
        }

        @Override
        public void fail(Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
