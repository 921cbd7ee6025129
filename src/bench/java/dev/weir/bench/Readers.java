package dev.weir.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Readers that count, spread evenly over loops of one thread each. */
final class Readers implements AutoCloseable {
    private static final long PAUSE_NANOS = 20_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** The readers on one thread, and how many events they have had in all. */
    record Loop(ExecutorService executor, List<CountingReader> readers, AtomicLong delivered) {}

    private final List<Loop> loops = new ArrayList<>();

    Readers(int loopCount, int count) {
        for (int i = 0; i < loopCount; i++) {
            loops.add(new Loop(Executors.newSingleThreadExecutor(), new ArrayList<>(), new AtomicLong()));
        }
        for (int i = 0; i < count; i++) {
            Loop loop = loops.get(i % loopCount);
            loop.readers().add(new CountingReader(loop.delivered()));
        }
    }

    List<Loop> loops() {
        return loops;
    }

    /** Runs {@code task} for each loop, on it, and waits. */
    void onEach(LoopTask task) throws InterruptedException {
        for (Loop loop : loops) {
            try {
                loop.executor().submit(() -> task.run(loop)).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** What {@link #onEach} runs. */
    interface LoopTask {
        void run(Loop loop);
    }

    /** Waits until every reader has had {@code events} events. */
    void await(long events) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Loop loop : loops) {
            while (loop.delivered().get() < events * loop.readers().size()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("events are missing");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Every reader is where it began. */
    void rewind() throws InterruptedException {
        onEach(loop -> {
            loop.delivered().set(0);
            loop.readers().forEach(CountingReader::rewind);
        });
    }

    @Override
    public void close() {
        loops.forEach(loop -> loop.executor().close());
    }
}
