package dev.weir.platform.agentcore;

import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;

/** What a code interpreter answers, for a server in its place. */
final class InterpreterStub {
    static final Buffer GOLDEN = hex("0000007a0000004ca92a2abc0b3a6576656e742d74797065070006726573756c740d3a63"
            + "6f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e74"
            + "7b22636f6e74656e74223a5b5d2c2269734572726f72223a66616c73657dd46430cc");
    static final Buffer GOLDEN_THROTTLE = hex("0000008800000061de0175f40f3a657863657074696f6e2d7479706507001374"
            + "68726f74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d"
            + "3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22736c6f7720646f776e227d832ee072");

    private InterpreterStub() {}

    static HttpServerResponse stream(HttpServerRequest request) {
        return request.response().setChunked(true).putHeader("Content-Type", "application/vnd.amazon.eventstream")
                .putHeader("x-amzn-code-interpreter-session-id", "01KSESSION");
    }

    static void json(HttpServerRequest request, String body) {
        request.response().putHeader("Content-Type", "application/json").end(body);
    }

    static void refuse(HttpServerRequest request, int status, String type, String message) {
        request.response().setStatusCode(status).putHeader("x-amzn-ErrorType", type)
                .end(new JsonObject().put("message", message).toBuffer());
    }

    static Buffer event(JsonObject result) {
        return EventMessage.event("result", result.toBuffer()).encode();
    }

    private static Buffer hex(String digits) {
        return Buffer.buffer(HexFormat.of().parseHex(digits));
    }
}
