package dev.weir.kernel;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/** Work that is too much for an event loop, done elsewhere. The future completes whatever the work throws, and does so over there. */
public record Offload(Executor executor) {
    /** Fails with what {@code work} throws, errors such as a stack overflow included, or with the executor's refusal. */
    public <T> Future<T> call(Callable<T> work) {
        Promise<T> done = Promise.promise();
        try {
            executor.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Throwable failure) {
                    done.fail(failure);
                }
            });
        } catch (RuntimeException refused) {
            done.tryFail(refused);
        }
        return done.future();
    }
}
