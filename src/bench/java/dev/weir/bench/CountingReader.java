package dev.weir.bench;

import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at every event's number and adds them up; never slow. Confined to its loop. */
final class CountingReader implements Subscriber {
    private final AtomicLong delivered;
    private long last;

    CountingReader(AtomicLong delivered) {
        this.delivered = delivered;
    }

    /** To where it began. */
    void rewind() {
        last = 0;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void write(Batch batch) {
        List<RunEvent> events = batch.events();
        for (RunEvent event : events) {
            if (event.id().n() != last + 1) {
                throw new IllegalStateException("event " + event.id() + " after " + last);
            }
            last++;
        }
        // One thread adds: no need for more than an ordered store.
        delivered.lazySet(delivered.getPlain() + events.size());
    }

    @Override
    public void reset() {
        throw new IllegalStateException("reset");
    }

    @Override
    public void end() {
        // The run is never over here.
    }

    @Override
    public void fail(Throwable cause) {
        throw new IllegalStateException(cause);
    }
}
