package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What has to be told to a new agent in the place of one that is gone, and what the client's words are changed to on their way. */
final class SessionMemory {
    private static final Set<String> OPENING = Set.of("session/new", "session/load", "session/resume");
    private static final Set<String> CLOSING = Set.of("session/close", "session/delete");

    private final AcpOptions options;
    private final Map<String, JsonObject> opening = new HashMap<>();
    private final Map<String, JsonObject> sessions = new LinkedHashMap<>();
    private final Set<String> lost = new HashSet<>();
    private JsonObject initialize;
    private JsonObject capabilities = new JsonObject();

    SessionMemory(AcpOptions options) {
        this.options = options;
    }

    /** What goes to the agent for {@code line}: the same bytes, unless an option says otherwise. */
    byte[] asked(Envelope.Request request, byte[] line) {
        boolean initial = request.method().equals("initialize");
        if (!initial && !OPENING.contains(request.method())) {
            return line;
        }
        JsonObject message = parsed(line);
        if (!(message.getValue("params") instanceof JsonObject params)) {
            return line;
        }
        boolean changed = initial ? withoutServices(params) : elsewhere(params);
        opening.put(request.id(), params);
        return changed ? message.encode().getBytes(StandardCharsets.UTF_8) : line;
    }

    /** The agent has answered. */
    void answered(Envelope.Request request, Envelope.Response answer, byte[] line) {
        JsonObject params = opening.remove(request.id());
        if (answer.isError()) {
            return;
        }
        if (request.method().equals("initialize")) {
            initialize = params;
            remember(line);
        } else if (params != null) {
            String session = answer.session().isEmpty() ? request.session() : answer.session();
            if (!session.isEmpty()) {
                sessions.put(session, params);
                lost.remove(session);
            }
        } else if (CLOSING.contains(request.method())) {
            sessions.remove(request.session());
        }
    }

    void remember(byte[] initializeAnswer) {
        Object result = parsed(initializeAnswer).getValue("result");
        capabilities = result instanceof JsonObject found
                && found.getValue("agentCapabilities") instanceof JsonObject known ? known : new JsonObject();
    }

    /** Empty where its limits (digits, depth) are tighter than those of the reader of envelopes, which has taken the line. */
    private static JsonObject parsed(byte[] line) {
        try {
            return Buffer.buffer(line).toJsonObject();
        } catch (DecodeException beyondLimits) {
            return new JsonObject();
        }
    }

    /** Forgets what a request would have led to. */
    void failed(String id) {
        opening.remove(id);
    }

    /** Null before an agent has answered it. */
    JsonObject initialize() {
        return initialize;
    }

    JsonObject capabilities() {
        return capabilities;
    }

    Map<String, JsonObject> sessions() {
        return sessions;
    }

    /** How a session can be had again; empty if it cannot. */
    String restoringMethod() {
        if (capabilities.getValue("sessionCapabilities") instanceof JsonObject each
                && each.getValue("resume") instanceof JsonObject) {
            return "session/resume";
        }
        return Boolean.TRUE.equals(capabilities.getValue("loadSession")) ? "session/load" : "";
    }

    void lose(String session) {
        sessions.remove(session);
        lost.add(session);
    }

    boolean isLost(String session) {
        return lost.contains(session);
    }

    private boolean withoutServices(JsonObject params) {
        if (options.clientServices() || !(params.getValue("clientCapabilities") instanceof JsonObject offered)) {
            return false;
        }
        boolean had = offered.containsKey("fs") || offered.containsKey("terminal");
        offered.remove("fs");
        offered.remove("terminal");
        return had;
    }

    private boolean elsewhere(JsonObject params) {
        if (options.cwd().isEmpty()) {
            return false;
        }
        params.put("cwd", options.cwd());
        return true;
    }
}
