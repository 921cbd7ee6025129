package dev.weir.feature.run.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A subscriber that notes what it is told. */
final class Probe implements Subscriber {
    final List<String> seen = new ArrayList<>();
    final List<Batch> batches = new ArrayList<>();
    Consumer<Batch> onBatch = _ -> {};
    boolean writable = true;
    int ends;
    Throwable failure;

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void write(Batch batch) {
        batches.add(batch);
        onBatch.accept(batch);
        batch.events().forEach(event -> seen.add(event.id().toString()));
    }

    @Override
    public void reset() {
        seen.add("reset");
    }

    @Override
    public void end() {
        ends++;
    }

    @Override
    public void fail(Throwable cause) {
        failure = cause;
    }
}
