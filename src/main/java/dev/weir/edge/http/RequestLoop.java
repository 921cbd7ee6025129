package dev.weir.edge.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** The event loop a request belongs to. Features may complete a future on any thread; what touches the request comes back here first. */
final class RequestLoop {
    private static final String CONTEXT = "weir.context";

    private RequestLoop() {}

    /** Call once, on the loop. */
    static void remember(RoutingContext ctx) {
        ctx.put(CONTEXT, ctx.vertx().getOrCreateContext());
    }

    static Context of(RoutingContext ctx) {
        return ctx.get(CONTEXT);
    }

    /** Runs {@code task} on the loop: now if this is it. What it throws fails the request. */
    static void run(RoutingContext ctx, Runnable task) {
        Context loop = of(ctx);
        if (loop == null || loop.equals(Vertx.currentContext())) {
            task.run();
            return;
        }
        loop.runOnContext(_ -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                ctx.fail(e);
            }
        });
    }
}
