package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.SessionKey;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request in hand, with the id it is answered under. */
record Call(HttpServerRequest request, String id) {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);
    private static final String CUSTOM = "x-amzn-bedrock-agentcore-runtime-custom-";
    private static final Set<String> PASSED_ON = Set.of("content-type", "accept", "mcp-session-id",
            "mcp-protocol-version", "x-amzn-trace-id", "traceparent", "tracestate", "baggage",
            "x-amzn-bedrock-agentcore-runtime-user-id");
    private static final List<String> HANDED_BACK = List.of("content-type", "content-length", "mcp-session-id",
            "mcp-protocol-version", "x-amzn-trace-id", "traceparent", "tracestate", "baggage");

    /** Puts on the answer what every answer within a session carries. */
    HttpServerResponse answer(SessionKey key) {
        HttpServerResponse response = request.response();
        response.putHeader("x-amzn-RequestId", id).putHeader(Addressing.SESSION_HEADER, key.session());
        return response;
    }

    /** The headers a container sees: an allow-list, the custom ones, and the platform's own. */
    MultiMap containerHeaders(SessionKey key, Query query) {
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (PASSED_ON.contains(lower) || lower.startsWith(CUSTOM)) {
                passed.add(lower, value);
            }
        });
        query.parameters().forEach(parameter -> {
            String lower = parameter.name().toLowerCase(Locale.ROOT);
            if (lower.startsWith(CUSTOM) && isHeaderSafe(lower) && isHeaderSafe(parameter.value())) {
                passed.add(lower, parameter.value());
            }
        });
        return passed.set(Addressing.SESSION_HEADER, key.session())
                .set("X-Amzn-Bedrock-AgentCore-Runtime-Request-Id", id);
    }

    static void handBack(MultiMap from, MultiMap to) {
        for (String name : HANDED_BACK) {
            if (from.contains(name)) {
                to.set(name, from.getAll(name));
            }
        }
    }

    /** Answers with an error in AWS's shape; once an answer has begun, cuts the connection instead. */
    void fail(Throwable failure) {
        AwsFault fault = failure instanceof AwsFault known ? known : unexpected(failure);
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        JsonObject body = fault.body();
        response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        response.setChunked(false).setStatusCode(fault.status())
                .putHeader("x-amzn-RequestId", id)
                .putHeader("x-amzn-ErrorType", fault.name())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (!request.isEnded()) {
            // The rest of the body is of no use and may be endless.
            response.putHeader(HttpHeaders.CONNECTION, "close");
            response.end(body.toBuffer()).onComplete(_ -> request.connection().close());
        } else {
            response.end(body.toBuffer());
        }
        LOG.debug("request {} answered {} {}", id, fault.status(), fault.name());
    }

    private AwsFault unexpected(Throwable failure) {
        LOG.error("request {} failed", id, failure);
        return AwsFault.of(500, "InternalServerException", "The emulator failed; its log has request " + id + ".");
    }

    private static boolean isHeaderSafe(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127);
    }
}
