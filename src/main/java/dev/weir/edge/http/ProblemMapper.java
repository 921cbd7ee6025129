package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.observe.LogKeys;
import dev.weir.observe.Meters;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The edge's only switch over {@link Problem}: what it is called, its status, its WebSocket close code, its document (RFC 9457). */
public final class ProblemMapper {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    private final Meters meters;

    public ProblemMapper(Meters meters) {
        this.meters = meters;
    }

    /** How one problem is told: its slug, HTTP status, WebSocket close code and title. */
    private record Telling(String name, int status, short closeCode, String title) {}

    private static Telling telling(Problem problem) {
        return switch (problem) {
            case Problem.Invalid _ -> new Telling("invalid", 400, (short) 4400, "The request is not valid");
            case Problem.Unauthenticated _ -> new Telling("unauthenticated", 401, (short) 4401, "Not authenticated");
            case Problem.Forbidden _ -> new Telling("forbidden", 403, (short) 4403, "Not allowed");
            case Problem.NotFound _ -> new Telling("not-found", 404, (short) 4404, "Not found");
            case Problem.Conflict _ -> new Telling("conflict", 409, (short) 4409, "Not in this state");
            case Problem.InUse _ -> new Telling("in-use", 409, (short) 4409, "Still in use");
            case Problem.Gone _ -> new Telling("gone", 410, (short) 4409, "No longer there");
            case Problem.Unprocessable _ ->
                new Telling("unprocessable", 422, (short) 4409, "Contradicts an earlier request");
            case Problem.TooLarge _ -> new Telling("too-large", 413, (short) 1009, "Too large");
            case Problem.QuotaExceeded _ -> new Telling("quota-exceeded", 429, (short) 4429, "Quota used up");
            case Problem.UpstreamFailed _ ->
                new Telling("upstream-failed", 502, (short) 1014, "A system behind us failed");
            case Problem.UpstreamTimeout _ ->
                new Telling("upstream-timeout", 504, (short) 4504, "A system behind us is late");
            case Problem.Unavailable _ -> new Telling("unavailable", 503, (short) 1013, "Not available now");
            case Problem.Internal _ -> new Telling("internal", 500, (short) 1011, "Internal error");
        };
    }

    /** The code a WebSocket that fails with {@code failure} is closed with. */
    public static short closeCode(Throwable failure) {
        return telling(ProblemException.problemOf(failure)).closeCode();
    }

    /** The router's failure handler: tells the client, once. */
    void handle(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed() || failure instanceof HttpClosedException
                || failure instanceof StreamResetException) {
            LOG.atDebug().addKeyValue(LogKeys.ROUTE, RequestLog.route(ctx)).log("the client left before the answer");
        } else if (response.headWritten()) {
            // The status is out; all that is left is to make sure nobody takes the rest for whole.
            log(ctx, ProblemException.problemOf(failure), failure);
            ctx.request().connection().close();
        } else if (failure instanceof ProblemException known) {
            problem(ctx, known.problem(), failure);
        } else if (failure instanceof HttpException protocol && protocol.getStatusCode() < 500) {
            protocol(ctx, protocol.getStatusCode(), protocol.getPayload());
        } else if (failure == null || (ctx.statusCode() >= 400 && ctx.statusCode() < 500)) {
            protocol(ctx, ctx.statusCode(), null);
        } else {
            problem(ctx, ProblemException.problemOf(failure), failure);
        }
    }

    private void problem(RoutingContext ctx, Problem problem, Throwable failure) {
        Telling telling = telling(problem);
        log(ctx, problem, failure);
        ObjectNode body = document("urn:weir:problem:" + telling.name(), telling.title(), telling.status(),
                problem.detail());
        addDetails(ctx.response(), body, problem);
        send(ctx, telling.name(), telling.status(), body);
    }

    private static void addDetails(HttpServerResponse response, ObjectNode body, Problem problem) {
        if (problem instanceof Problem.Invalid invalid) {
            ArrayNode errors = body.putArray("errors");
            invalid.violations()
                    .forEach(violation -> errors.addObject()
                            .put("pointer", violation.pointer())
                            .put("message", violation.message()));
        } else if (problem instanceof Problem.Unauthenticated) {
            response.putHeader("WWW-Authenticate", "Bearer");
        } else if (problem instanceof Problem.InUse inUse) {
            ArrayNode users = body.putArray("used_by");
            inUse.users().forEach(users::add);
        } else if (problem instanceof Problem.Gone gone) {
            body.put("oldest", gone.oldest());
        } else if (problem instanceof Problem.QuotaExceeded quota) {
            response.putHeader("Retry-After", seconds(quota.retryAfter()));
            if (!quota.runId().isEmpty()) {
                body.put("run_id", quota.runId());
            }
        } else if (problem instanceof Problem.Unavailable unavailable) {
            response.putHeader("Retry-After", seconds(unavailable.retryAfter()));
            if (!unavailable.runId().isEmpty()) {
                body.put("run_id", unavailable.runId());
            }
        } else if (problem instanceof Problem.Internal internal) {
            body.put("incident", internal.incident());
        }
    }

    /** What HTTP itself has a status for and nothing more is to be said of: 404 for unknown paths, 405, 406, 408, 415 ... */
    private void protocol(RoutingContext ctx, int status, String detail) {
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        send(ctx, "http", status, document("about:blank", title, status, detail == null ? title : detail));
    }

    static ObjectNode document(String type, String title, int status, String detail) {
        return Json.object().put("type", type).put("title", title).put("status", status).put("detail", detail);
    }

    private void send(RoutingContext ctx, String name, int status, ObjectNode body) {
        meters.problem(name, status);
        if (status == 413 || status == 408 || Leftovers.isTooMuch(ctx.request())) {
            ctx.put(RequestLog.CLOSE, true);
            ctx.response().putHeader("Connection", "close");
        }
        var _ = Reply.bytes(ctx, status, Reply.PROBLEM, Json.bytes(body));
    }

    private static void log(RoutingContext ctx, Problem problem, Throwable failure) {
        var event = switch (problem) {
            case Problem.Internal internal ->
                LOG.atError().addKeyValue(LogKeys.INCIDENT, internal.incident()).setCause(failure);
            case Problem.UpstreamFailed _,Problem.UpstreamTimeout _ -> LOG.atWarn().setCause(failure.getCause());
            default -> LOG.atDebug();
        };
        event.addKeyValue(LogKeys.PROBLEM, telling(problem).name())
                .addKeyValue(LogKeys.ROUTE, RequestLog.route(ctx))
                .addKeyValue(LogKeys.REQUEST, RequestLog.id(ctx))
                .log("a request failed: {}", problem.detail());
    }

    /** Whole seconds, rounded up, at least one. */
    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
