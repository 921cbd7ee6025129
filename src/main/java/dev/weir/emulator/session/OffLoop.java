package dev.weir.emulator.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;

/** Blocking work beside an event loop. */
public final class OffLoop {
    private OffLoop() {}

    /** On a virtual thread of that name; the future completes on {@code context}, with whatever the work threw. */
    public static <T> Future<T> call(Context context, String name, Callable<T> work) {
        Promise<T> done = Promise.promise();
        Thread.ofVirtual().name(name).start(() -> {
            try {
                T result = work.call();
                context.runOnContext(_ -> done.complete(result));
            } catch (Throwable failure) {
                context.runOnContext(_ -> done.fail(failure));
            }
        });
        return done.future();
    }
}
