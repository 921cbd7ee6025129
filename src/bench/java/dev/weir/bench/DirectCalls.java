package dev.weir.bench;

import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Batch;
import java.util.List;

/** The baseline: each loop walks over its readers and calls them. Nothing is kept, nobody can be slow or come later. */
final class DirectCalls implements Way {
    private final Readers readers;

    DirectCalls(Readers readers) {
        this.readers = readers;
    }

    @Override
    public void open() {
        // Nothing to connect.
    }

    @Override
    public void send(List<RunEvent> events) {
        for (Readers.Loop loop : readers.loops()) {
            loop.executor().execute(() -> {
                Batch batch = new Batch(events);
                for (CountingReader reader : loop.readers()) {
                    reader.write(batch);
                }
            });
        }
    }

    @Override
    public void close() {
        // Nothing to disconnect.
    }
}
