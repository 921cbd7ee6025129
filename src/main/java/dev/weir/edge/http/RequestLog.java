package dev.weir.edge.http;

import dev.weir.kernel.Caller;
import dev.weir.kernel.Ids;
import dev.weir.observe.LogKeys;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request begins and ends with: an id, headers that hold for all answers, a line in the log at debug (route templates, never
 * paths or queries: those carry ids and tickets), and the rest of a body nobody read.
 */
final class RequestLog {
    /** Set on a context whose connection is not to be used again. */
    static final String CLOSE = "weir.close";

    private static final Logger LOG = LoggerFactory.getLogger("dev.weir.access");
    private static final String ID = "weir.request";
    private static final String ROUTE = "weir.route";

    private RequestLog() {}

    static void begin(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        request.pause();
        RequestLoop.remember(ctx);
        String given = request.getHeader("X-Request-Id");
        String id = Ids.isLegal(given) ? given : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        ctx.put(ID, id);
        ctx.response()
                .putHeader("X-Request-Id", id)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store");
        long began = System.nanoTime();
        ctx.addEndHandler(_ -> end(ctx, began));
        if (request.method().equals(HttpMethod.TRACE) || request.method().equals(HttpMethod.CONNECT)) {
            throw new HttpException(405, "this method is not served here");
        }
        ctx.next();
    }

    private static void end(RoutingContext ctx, long began) {
        LOG.atDebug()
                .addKeyValue(LogKeys.REQUEST, id(ctx))
                .addKeyValue(LogKeys.METHOD, ctx.request().method().name())
                .addKeyValue(LogKeys.ROUTE, route(ctx))
                .addKeyValue(LogKeys.STATUS, ctx.response().getStatusCode())
                .addKeyValue(LogKeys.BYTES, ctx.response().bytesWritten())
                .addKeyValue(LogKeys.MILLIS, (System.nanoTime() - began) / 1_000_000)
                .addKeyValue(LogKeys.TENANT,
                        tenant(ctx))
                .log("request");
        if (!ctx.response().closed() && ctx.response().getStatusCode() != 101) {
            Leftovers.discard(ctx.vertx(), ctx.request(), ctx.get(CLOSE, false));
        }
    }

    private static String tenant(RoutingContext ctx) {
        Caller caller = ctx.get(Authentication.CALLER, ctx.get(Authentication.TICKET_ISSUER));
        return caller == null ? "" : caller.tenant().value();
    }

    static void route(RoutingContext ctx, String template) {
        ctx.put(ROUTE, template);
    }

    static String route(RoutingContext ctx) {
        return ctx.get(ROUTE, "");
    }

    static String id(RoutingContext ctx) {
        return ctx.get(ID, "");
    }
}
