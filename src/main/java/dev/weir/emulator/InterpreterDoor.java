package dev.weir.emulator;

import dev.weir.config.EmulatorConfig.Interpreters;
import dev.weir.emulator.interpreter.InterpreterSessions;
import dev.weir.emulator.interpreter.ToolRequest;
import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.OffLoop;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The five operations of code interpreters: which interpreter, not too often, and then the sessions' answer. A tool that is called without a
 * session id gets a new session, whose id stands in the answer's header. One event loop.
 */
final class InterpreterDoor {
    static final String SESSION_HEADER = "x-amzn-code-interpreter-session-id";
    private static final String MANAGED = "aws.codeinterpreter.v1";

    private final Vertx vertx;
    private final InterpreterSessions sessions;
    private final Interpreters config;
    private final Pattern arn;
    private final Set<String> known;
    private final Map<Route.Operation, Throttle> throttles = new EnumMap<>(Route.Operation.class);
    private int toolCalls;

    InterpreterDoor(Vertx vertx, EmulatorSetup setup, InterpreterSessions sessions) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.config = setup.config().interpreters();
        this.arn = Pattern.compile("arn:[a-z-]+:bedrock-agentcore:" + Pattern.quote(setup.config().region())
                + ":(?:aws|" + Addressing.ACCOUNT + "):code-interpreter(?:-custom)?/(.+)");
        this.known = new HashSet<>(Set.of(config.ids().split("\\s+", -1)));
        this.known.remove("");
        this.known.add(MANAGED);
        for (Route.Operation operation : Route.Operation.values()) {
            throttles.put(operation, new Throttle(setup.clock(), config.callsPerSecond()));
        }
    }

    /** Start, get, list and stop. */
    Future<Void> control(Call call, Route route, Query query, Buffer body) {
        String interpreter = enter(route);
        Optional<String> session = query.first("sessionId");
        Future<JsonObject> answer = switch (route.operation()) {
            case INTERPRETER_START -> sessions.start(interpreter, body);
            case INTERPRETER_FIND -> Future.succeededFuture(sessions.describe(interpreter, session));
            case INTERPRETER_LIST -> Future.succeededFuture(sessions.list(interpreter, body));
            case INTERPRETER_STOP -> sessions.stop(interpreter, session, body);
            default -> throw new IllegalArgumentException(route.operation() + " is none of these");
        };
        return answer.compose(json -> call.request().response().putHeader("x-amzn-RequestId", call.id())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(json.toBuffer())
                .otherwiseEmpty()); // it fails for a caller who has left, and is nothing to him
    }

    /** InvokeCodeInterpreter; completes when the tool has done its work. */
    Future<Void> tool(Call call, Route route, Buffer body) {
        String interpreter;
        try {
            interpreter = enter(route);
        } catch (AwsFault refused) {
            return Future.failedFuture(refused);
        }
        Optional<String> id = Optional.ofNullable(call.request().getHeader(SESSION_HEADER));
        toolCalls++;
        boolean throttled = config.throttleInStream() > 0 && toolCalls % config.throttleInStream() == 0;
        return OffLoop.call(vertx.getOrCreateContext(), "interpreter-input", () -> ToolRequest.of(body))
                .compose(request -> sessions.enter(interpreter, id)
                        .compose(session -> new InterpreterRelay(vertx, call, session).run(request, throttled)));
    }

    private String enter(Route route) {
        Matcher name = arn.matcher(route.resource());
        String interpreter = name.matches() ? name.group(1) : route.resource();
        if (!known.contains(interpreter)) {
            throw AwsFault.notFound("There is no code interpreter '" + interpreter + "'.");
        }
        throttles.get(route.operation()).pass();
        return interpreter;
    }
}
