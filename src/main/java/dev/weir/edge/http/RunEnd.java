package dev.weir.edge.http;

import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** Waits for a run to be over, as a reader that keeps nothing of what it reads. Confined to one event loop. */
final class RunEnd implements Subscriber {
    private final Vertx vertx;
    private final Context loop;
    private final Promise<Void> done = Promise.promise();

    RunEnd(Vertx vertx, Context loop) {
        this.vertx = vertx;
        this.loop = loop;
    }

    /** Completes when the run is over, {@code patience} has passed or the feed gives up, whichever is first; never fails. Call on the loop. */
    Future<Void> within(Duration patience, BiFunction<Executor, Subscriber, Subscription> feed) {
        Subscription subscription = feed.apply(task -> loop.runOnContext(_ -> task.run()), this);
        long timer = vertx.setTimer(Math.max(1, patience.toMillis()), _ -> done.tryComplete());
        return done.future().onComplete(_ -> {
            vertx.cancelTimer(timer);
            subscription.cancel();
        });
    }

    /** The client has gone. */
    void cancel() {
        done.tryComplete();
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void write(Batch batch) {}

    @Override
    public void reset() {}

    @Override
    public void end() {
        done.tryComplete();
    }

    @Override
    public void fail(Throwable cause) {
        done.tryComplete();
    }
}
