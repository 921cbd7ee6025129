package dev.weir.edge.stream;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One event loop's streams: the executor their deliveries come on (one object per loop, by which subscribers share batches) and one timer
 * that sweeps over all of them, however many they are.
 */
final class Loop implements Executor {
    private final EventLoop eventLoop;
    private final Duration sweep;
    private final Set<OpenStream> open = new HashSet<>();
    private ScheduledFuture<?> sweeper;
    private Promise<Void> drained;
    private Duration spread = Duration.ZERO;

    /** @param sweep how often silence is looked for */
    Loop(EventLoop eventLoop, Duration sweep) {
        this.eventLoop = eventLoop;
        this.sweep = sweep;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    /** Now if this is the loop's thread, else as a later task. */
    void run(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }

    void later(Duration delay, Runnable task) {
        var _ = eventLoop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void add(OpenStream stream) {
        open.add(stream);
        if (sweeper == null) {
            long every = sweep.toNanos();
            sweeper = eventLoop.scheduleAtFixedRate(this::sweep, every, every, TimeUnit.NANOSECONDS);
        }
        if (drained != null) {
            sendAway(stream);
        }
    }

    void remove(OpenStream stream) {
        open.remove(stream);
        if (open.isEmpty()) {
            if (sweeper != null) {
                sweeper.cancel(false);
                sweeper = null;
            }
            if (drained != null) {
                drained.tryComplete();
            }
        }
    }

    /** Sends every stream away, each at a random moment within {@code over}; done when none is left. Callable from any thread. */
    Future<Void> drain(Duration over) {
        Promise<Void> done = Promise.promise();
        run(() -> {
            if (drained == null) {
                drained = Promise.promise();
                spread = over;
                List.copyOf(open).forEach(this::sendAway);
                if (open.isEmpty()) {
                    drained.tryComplete();
                }
            }
            drained.future().onComplete(done);
        });
        return done.future();
    }

    private void sendAway(OpenStream stream) {
        later(Duration.ofNanos(ThreadLocalRandom.current().nextLong(spread.toNanos() + 1)), stream::drain);
    }

    private void sweep() {
        long now = System.nanoTime();
        // A copy: a stream whose client does not answer is closed, and leaves the set, in mid-sweep.
        List.copyOf(open).forEach(stream -> stream.beat(now));
    }
}
