package dev.weir.edge.http;

import dev.weir.feature.access.Access;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Lets the client of a run's WebSocket ask for the run to end; not with a ticket, which is for reading. */
public final class SocketCancel implements BiFunction<RoutingContext, RunId, Supplier<Future<?>>> {
    private final Access access;
    private final Runs runs;

    public SocketCancel(Access access, Runs runs) {
        this.access = access;
        this.runs = runs;
    }

    @Override
    public Supplier<Future<?>> apply(RoutingContext ctx, RunId run) {
        Caller caller = ctx.get(Authentication.CALLER);
        return () -> caller == null
                ? Future.failedFuture(new ProblemException(new Problem.Forbidden("a ticket is for reading only")))
                : runs.cancel(access.member(caller), run);
    }
}
