package dev.weir.runner;

import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a task on its event loop soon after each {@link #run}, which any thread may call; calls in between are one. */
final class Wakeup implements Runnable {
    private final Context context;
    private final Runnable task;
    private final AtomicBoolean pending = new AtomicBoolean();

    Wakeup(Context context, Runnable task) {
        this.context = context;
        this.task = task;
    }

    @Override
    public void run() {
        if (pending.compareAndSet(false, true)) {
            context.runOnContext(_ -> {
                pending.set(false);
                task.run();
            });
        }
    }
}
