package dev.weir.worker;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something to be done now and then, never twice at once: asked for while it is under way, it is done once more afterwards. A failure is
 * logged, and the next time is the next try. Confined to one context.
 */
final class Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

    private final String what;
    private final Context context;
    private final Supplier<Future<?>> task;
    private Future<?> last = Future.succeededFuture();
    private boolean again;
    private boolean stopped;

    /** @param what for the log */
    Chore(String what, Context context, Supplier<Future<?>> task) {
        this.what = what;
        this.context = context;
        this.task = task;
    }

    /** Call on the context. */
    void run() {
        if (stopped || !last.isComplete()) {
            again = true;
            return;
        }
        again = false;
        last = task.get().transform(done -> {
            if (done.failed()) {
                LOG.atWarn().addKeyValue("what", what).setCause(done.cause()).log("it did not go well; trying again");
            }
            return Future.succeededFuture();
        });
        last.onComplete(_ -> context.runOnContext(_ -> {
            if (again && !stopped) {
                run();
            }
        }));
    }

    /** Completes when it is not under way; it is not begun again. */
    Future<?> stop() {
        stopped = true;
        return last;
    }
}
