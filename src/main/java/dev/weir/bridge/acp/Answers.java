package dev.weir.bridge.acp;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** What the bridge itself says in JSON-RPC. Ids are JSON text, put in as they stand. */
final class Answers {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INTERNAL = -32603;
    static final int NOT_FOUND = -32002;

    private Answers() {}

    static byte[] error(String id, int code, String message) {
        return error(id, code, message, "");
    }

    /** @param reason for a program to act on: {@code data.reason}; empty = none */
    static byte[] error(String id, int code, String message, String reason) {
        JsonObject error = new JsonObject().put("code", code).put("message", message);
        if (!reason.isEmpty()) {
            error.put("data", new JsonObject().put("reason", reason));
        }
        return bytes("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":" + error.encode() + "}");
    }

    static byte[] result(String id, JsonObject result) {
        return bytes("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result.encode() + "}");
    }

    static byte[] request(String id, String method, JsonObject params) {
        return bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params.encode()
                        + "}");
    }

    static byte[] cancel(String session) {
        return bytes("{\"jsonrpc\":\"2.0\",\"method\":\"session/cancel\",\"params\":"
                + new JsonObject().put("sessionId", session).encode() + "}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
