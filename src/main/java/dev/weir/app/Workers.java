package dev.weir.app;

import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Event-bus verticles that start one after the other and stop in the reverse order. Blocking; used by one thread at a time. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final Vertx vertx;
    private final Deque<String> deployed = new ArrayDeque<>();

    Workers(Vertx vertx) {
        this.vertx = vertx;
    }

    void start(VerticleBase worker) {
        deployed.push(vertx.deployVerticle(worker).await());
    }

    /** Waits until each has let go of its work. Idempotent; one that fails to stop keeps no other from it. */
    void stop() {
        while (!deployed.isEmpty()) {
            try {
                vertx.undeploy(deployed.pop()).await();
            } catch (Exception failure) {
                LOG.error("a worker did not stop as it should", failure);
            }
        }
    }
}
