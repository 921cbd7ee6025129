package dev.weir.app;

import io.vertx.core.Future;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What SIGTERM, SIGINT and SIGHUP do to a client command that holds a conversation. */
final class Signals {
    private static final int INTERRUPTED = 130;
    private static final int FAREWELL_SECONDS = 8;

    private Signals() {}

    /** From now on a signal makes {@code interrupt} run and, when {@code done} is complete or it takes too long, ends the process with 130. */
    static void endWith(Runnable interrupt, Future<?> done) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(interrupt, done), "weir-stop"));
    }

    /** An ordinary end comes by here, too, and has nothing left to do. */
    private static void end(Runnable interrupt, Future<?> done) {
        if (done.isComplete()) {
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        done.onComplete(_ -> over.countDown());
        interrupt.run();
        try {
            over.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(INTERRUPTED);
    }
}
