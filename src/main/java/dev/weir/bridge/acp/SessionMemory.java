package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has to be told to a new agent in the place of one that is gone, and what the client's words are changed to on their way. */
final class SessionMemory {
    private static final Set<String> REOPENING = Set.of("session/load", "session/resume");
    private static final Set<String> OPENING = Set.of("session/new", "session/fork", "session/load", "session/resume");
    private static final Set<String> SETTING = Set.of("session/set_mode", "session/set_model",
            "session/set_config_option");
    private static final Set<String> CLOSING = Set.of("session/close", "session/delete");

    private final AcpOptions options;
    private static final int MOST_NEWS = 64 * 1024;

    /** Parameters of open requests that are remembered if they succeed, and the lost sessions that they would have again. */
    private final Map<String, JsonObject> opening = new HashMap<>();
    private final Map<String, String> reopening = new HashMap<>();
    private final Map<String, JsonObject> sessions = new LinkedHashMap<>();
    private final Map<String, Map<String, Setting>> settings = new HashMap<>();
    /** Sessions of which it is not known how they came to be. */
    private final Set<String> strangers = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private JsonObject initialize;
    private JsonObject authenticate;
    private JsonObject capabilities = new JsonObject();

    /** What the client, or the agent itself, has set for a session. */
    record Setting(String method, JsonObject params) {}

    SessionMemory(AcpOptions options) {
        this.options = options;
    }

    /** What goes to the agent for {@code line}: the same bytes, unless an option says otherwise. */
    byte[] asked(Envelope.Request request, byte[] line) {
        String method = request.method();
        boolean initial = method.equals("initialize");
        boolean opens = OPENING.contains(method);
        if (!initial && !opens && !method.equals("authenticate") && !SETTING.contains(method)) {
            return line;
        }
        JsonObject message = parsed(line);
        if (!(message.getValue("params") instanceof JsonObject params)) {
            return line;
        }
        boolean changed = initial ? withoutServices(params) : opens && elsewhere(params);
        opening.put(request.id(), params);
        if (REOPENING.contains(method) && lost.remove(request.session())) {
            reopening.put(request.id(), request.session());
        }
        return changed ? message.encode().getBytes(StandardCharsets.UTF_8) : line;
    }

    /** The agent has answered. */
    void answered(Envelope.Request request, Envelope.Response answer, byte[] line) {
        if (answer.isError()) {
            failed(request.id());
            return;
        }
        JsonObject params = opening.remove(request.id());
        reopening.remove(request.id());
        String session = request.session();
        switch (request.method()) {
            case "initialize" -> {
                initialize = params;
                remember(line);
            }
            case "authenticate" -> authenticate = params;
            case "logout" -> authenticate = null;
            case "session/new", "session/fork" -> opened(answer.session(), params);
            case "session/load", "session/resume" -> opened(answer.session().isEmpty() ? session : answer.session(),
                    params);
            case "session/close", "session/delete" -> {
                forget(session);
                lost.remove(session);
            }
            default -> {
                if (params != null) {
                    settings.computeIfAbsent(session, each -> new LinkedHashMap<>()).put(
                            request.method() + " " + params.getValue("configId"),
                            new Setting(request.method(), params));
                }
                if (!session.isEmpty() && !sessions.containsKey(session)) {
                    strangers.add(session);
                }
            }
        }
    }

    private void opened(String session, JsonObject params) {
        if (!session.isEmpty() && params != null) {
            sessions.put(session, params);
            strangers.remove(session);
            lost.remove(session);
        }
    }

    /** The agent tells of a session: it may have set something itself. */
    void told(String session, byte[] line) {
        if (line.length > MOST_NEWS || !sessions.containsKey(session)) {
            return;
        }
        String text = new String(line, StandardCharsets.ISO_8859_1);
        if ((text.contains("current_mode_update") || text.contains("config_option_update"))
                && parsed(line).getValue("params") instanceof JsonObject params
                && params.getValue("update") instanceof JsonObject update) {
            Map<String, Setting> known = settings.computeIfAbsent(session, each -> new LinkedHashMap<>());
            if (update.getValue("currentModeId") instanceof String mode) {
                known.put("session/set_mode null", new Setting("session/set_mode",
                        new JsonObject().put("sessionId", session).put("modeId", mode)));
            }
            if (update.getValue("configOptions") instanceof JsonArray options) {
                options.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast)
                        .forEach(option -> known.computeIfPresent(
                                "session/set_config_option " + option.getValue("id"),
                                (key, old) -> new Setting(old.method(),
                                        old.params().copy().put("value", option.getValue("currentValue")))));
            }
        }
    }

    void remember(byte[] initializeAnswer) {
        Object result = parsed(initializeAnswer).getValue("result");
        capabilities = result instanceof JsonObject found
                && found.getValue("agentCapabilities") instanceof JsonObject known ? known : new JsonObject();
    }

    /** The message as an object; an empty one where it is JSON that only the envelope's reader has the patience for. */
    static JsonObject parsed(byte[] line) {
        try {
            return Buffer.buffer(line).toJsonObject();
        } catch (DecodeException excessive) {
            return new JsonObject();
        }
    }

    /** Forgets what a request would have led to. */
    void failed(String id) {
        opening.remove(id);
        String again = reopening.remove(id);
        if (again != null) {
            lost.add(again);
        }
    }

    /** Null before an agent has answered it. */
    JsonObject initialize() {
        return initialize;
    }

    /** Null unless the client has succeeded with it. */
    JsonObject authenticate() {
        return authenticate;
    }

    /** What has to be set again for a session that was had again, in order. */
    List<Setting> settings(String session) {
        return List.copyOf(settings.getOrDefault(session, Map.of()).values());
    }

    /** Of these sessions it is not known how to have them again. */
    void loseStrangers() {
        Set.copyOf(strangers).forEach(this::lose);
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
        forget(session);
        lost.add(session);
    }

    private void forget(String session) {
        sessions.remove(session);
        settings.remove(session);
        strangers.remove(session);
    }

    boolean isLost(String session) {
        return lost.contains(session);
    }

    /** Whether it is about a session that is lost, and not what would have it again or close it. */
    boolean isBarred(Envelope.Request request) {
        return isLost(request.session()) && !REOPENING.contains(request.method())
                && !CLOSING.contains(request.method());
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
