package dev.weir.kernel;

import io.vertx.core.Future;

/** Something with a life: started once, stopped once or more; both are idempotent and complete when done. */
public interface Component {
    Future<Void> start();

    Future<Void> stop();
}
