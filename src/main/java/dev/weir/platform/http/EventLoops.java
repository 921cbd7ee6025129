package dev.weir.platform.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/**
 * Where outbound exchanges live. State of an exchange is confined to one event loop, whoever started it: a caller on a virtual thread or
 * a worker may block on the outcome, and would never see it if the outcome had to be computed on that same context.
 */
public final class EventLoops {
    private EventLoops() {}

    /** The caller's own context if that is an event loop, else a new event loop context. */
    public static Context here(Vertx vertx) {
        Context current = Vertx.currentContext();
        return current != null && current.isEventLoopContext() && Context.isOnEventLoopThread()
                ? current
                : ((VertxInternal) vertx).createEventLoopContext();
    }
}
