package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers. A client that has gone meanwhile is no failure. */
final class Reply {
    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    private Reply() {}

    static Future<Void> json(RoutingContext ctx, int status, JsonNode body) {
        return bytes(ctx, status, JSON, Json.bytes(body));
    }

    static Future<Void> bytes(RoutingContext ctx, int status, String contentType, Buffer body) {
        RequestLoop.run(ctx, () -> {
            HttpServerResponse response = ctx.response();
            if (!response.ended() && !response.closed()) {
                response.setStatusCode(status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                        .end(body);
            }
        });
        return Future.succeededFuture();
    }

    static Future<Void> empty(RoutingContext ctx, int status) {
        RequestLoop.run(ctx, () -> {
            HttpServerResponse response = ctx.response();
            if (!response.ended() && !response.closed()) {
                response.setStatusCode(status).end();
            }
        });
        return Future.succeededFuture();
    }
}
