package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a JSON body off a paused request: type first, then size, then the bytes; never more than the limit. */
final class BodyReader {
    /** From the first look at the body to its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern TYPE = Pattern
            .compile("application/(json|[a-z0-9!#$&^_.-]{1,64}\\+json)( *; *charset=\"?utf-8\"?)?");

    private final int maxBytes;

    BodyReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The same, or empty if the request announces no body at all. */
    Future<Optional<JsonNode>> optionalJson(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        boolean absent = !request.headers().contains("Transfer-Encoding")
                && "0".equals(Optional.ofNullable(request.getHeader("Content-Length")).orElse("0"));
        return absent ? Future.succeededFuture(Optional.empty()) : json(ctx).map(Optional::of);
    }

    /** The body as JSON; fails with 415, {@code TooLarge}, 408 or {@code Invalid}. */
    Future<JsonNode> json(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String type = request.getHeader("Content-Type");
        if (type == null || !TYPE.matcher(type.trim().toLowerCase(Locale.ROOT)).matches()
                || request.headers().contains("Content-Encoding")) {
            return Future.failedFuture(new HttpException(415, "the body must be application/json, and not compressed"));
        }
        Promise<Buffer> read = Promise.promise();
        RequestLoop.run(ctx, () -> bytes(ctx.vertx(), request).onComplete(read));
        return read.future().map(Json::parse);
    }

    /** The body as it is, of any type; fails with 415 for one that is compressed, {@code TooLarge} or 408. */
    Future<Buffer> octets(RoutingContext ctx) {
        if (ctx.request().headers().contains("Content-Encoding")) {
            return Future.failedFuture(new HttpException(415, "the body must not be compressed"));
        }
        Promise<Buffer> read = Promise.promise();
        RequestLoop.run(ctx, () -> bytes(ctx.vertx(), ctx.request()).onComplete(read));
        return read.future();
    }

    private Future<Buffer> bytes(Vertx vertx, HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > maxBytes)) {
            return Future.failedFuture(tooLarge());
        }
        Promise<Buffer> done = Promise.promise();
        Buffer body = Buffer.buffer();
        long late = vertx.setTimer(PATIENCE.toMillis(),
                _ -> done.tryFail(new HttpException(408, "the body did not come in time")));
        request.exceptionHandler(done::tryFail);
        request.handler(chunk -> {
            if (body.length() + chunk.length() > maxBytes) {
                request.pause();
                done.tryFail(tooLarge());
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> done.tryComplete(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
        return done.future().onComplete(_ -> vertx.cancelTimer(late));
    }

    private ProblemException tooLarge() {
        return new ProblemException(new Problem.TooLarge("the body", maxBytes));
    }
}
