package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.MicroVms;
import dev.weir.emulator.session.SessionKey;
import dev.weir.emulator.session.Tuning;
import dev.weir.kernel.Redacted;
import dev.weir.wire.sigv4.Query;
import dev.weir.wire.sigv4.SignedRequest;
import dev.weir.wire.sigv4.Verdict;
import dev.weir.wire.sigv4.Verifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.UUID;

/** The first to see a request: which operation, whose signature, which session; then the relay it belongs to. One event loop. */
final class FrontDoor {
    private static final int MAX_CONTROL_BODY = 64 * 1024;
    private static final long MAX_WAITING_BYTES = 3L * RequestBody.MAX_BYTES;

    private final Vertx vertx;
    private final Tuning tuning;
    private final MicroVms machines;
    private final HttpClient containers;
    private final SocketRelay sockets;
    private final ShellRelay shells;
    private final InterpreterDoor interpreters;
    private final Addressing addressing;
    private final Verifier verifier;
    private long reservedBytes;

    /** The relays that a request may be handed to. */
    record Relays(SocketRelay sockets, ShellRelay shells, InterpreterDoor interpreters) {}

    FrontDoor(Vertx vertx, EmulatorSetup setup, MicroVms machines, HttpClient containers, Relays relays) {
        EmulatorConfig config = setup.config();
        this.vertx = vertx;
        this.tuning = setup.tuning();
        this.machines = machines;
        this.containers = containers;
        this.sockets = relays.sockets();
        this.shells = relays.shells();
        this.interpreters = relays.interpreters();
        this.addressing = new Addressing(config.region(), machines);
        this.verifier = new Verifier(config.region(), "bedrock-agentcore",
                id -> id.equals(setup.credentials().accessKeyId())
                        ? Optional.<Redacted>of(setup.credentials().secretAccessKey())
                        : Optional.empty(),
                setup.clock());
    }

    void handle(HttpServerRequest request) {
        Call call = new Call(request, UUID.randomUUID().toString());
        dispatch(call).onFailure(call::fail);
    }

    private Future<Void> dispatch(Call call) {
        try {
            HttpServerRequest request = call.request();
            if (request.headers().getAll(HttpHeaders.HOST).size() != 1) {
                throw AwsFault.invalid("Host", "exactly one Host header is required");
            }
            Route route = Route.of(request.method(), rawPath(request.uri()));
            return switch (route.operation()) {
                case INTERPRETER_START, INTERPRETER_FIND, INTERPRETER_LIST, INTERPRETER_STOP -> control(call, route);
                case INTERPRETER_INVOKE -> tool(call, route);
                case SOCKET, SHELL -> socket(call, route);
                case COMMAND -> command(call, route);
                case INVOKE -> invoke(call, route);
                case STOP -> stop(call, route);
            };
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    private Future<Void> socket(Call call, Route route) {
        HttpServerRequest request = call.request();
        Query query = authenticate(request, SignedRequest.EMPTY_BODY);
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            request.response().setStatusCode(400).putHeader("x-amzn-RequestId", call.id())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain").end("Not a WebSocket Upgrade Request");
            return Future.succeededFuture();
        }
        SessionKey key = addressing.resolve(route, query, request.headers());
        request.pause();
        return machines.enter(key).compose(machine -> route.operation() == Route.Operation.SHELL
                ? shells.connect(call, machine, query)
                : sockets.relay(call, machine, query));
    }

    private Future<Void> command(Call call, Route route) {
        HttpServerRequest request = call.request();
        return RequestBody.read(request, CommandOrder.MAX_BODY).compose(body -> {
            Query query = authenticate(request, body.hash());
            SessionKey key = addressing.resolve(route, query, request.headers());
            CommandOrder order = CommandOrder.of(body.bytes());
            return machines.enter(key).map(machine -> {
                new CommandRelay(vertx, call, machine).start(order);
                return null;
            });
        });
    }

    private Future<Void> invoke(Call call, Route route) {
        HttpServerRequest request = call.request();
        long reserved = reserve(request);
        return RequestBody.read(request, RequestBody.MAX_BYTES).onComplete(_ -> reservedBytes -= reserved)
                .compose(body -> {
                    Query query = authenticate(request, body.hash());
                    SessionKey key = addressing.resolve(route, query, request.headers());
                    return machines.enter(key).map(machine -> {
                        new InvocationRelay(vertx, tuning, call, machine).start(containers, query, body.bytes());
                        return null;
                    });
                });
    }

    private Future<Void> control(Call call, Route route) {
        return RequestBody.read(call.request(), MAX_CONTROL_BODY).compose(
                body -> interpreters.control(call, route, authenticate(call.request(), body.hash()), body.bytes()));
    }

    /** The room its body takes is given back when the call is over: until then some of it may be waiting to be written to files. */
    private Future<Void> tool(Call call, Route route) {
        long reserved = reserve(call.request());
        return RequestBody.read(call.request(), RequestBody.MAX_BYTES).onComplete(_ -> reservedBytes -= reserved)
                .compose(body -> {
                    authenticate(call.request(), body.hash());
                    int held = body.bytes().length();
                    reservedBytes += held;
                    return interpreters.tool(call, route, body.bytes()).onComplete(_ -> reservedBytes -= held);
                });
    }

    private Future<Void> stop(Call call, Route route) {
        return RequestBody.read(call.request(), MAX_CONTROL_BODY).compose(body -> {
            Query query = authenticate(call.request(), body.hash());
            SessionKey key = addressing.resolve(route, query, call.request().headers());
            return machines.stop(key).compose(_ -> call.answer(key)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end("{}"));
        });
    }

    /** What may come is reserved beforehand: an announced length, else the most there can be. */
    private long reserve(HttpServerRequest request) {
        long reserved = Math.min(announced(request), RequestBody.MAX_BYTES);
        if (reservedBytes + reserved > MAX_WAITING_BYTES) {
            throw AwsFault.of(429, "ThrottlingException", "Too much is being received at once.");
        }
        reservedBytes += reserved;
        return reserved;
    }

    /** Throws the {@link AwsFault} of a refusal. */
    private Query authenticate(HttpServerRequest request, String bodyHash) {
        SignedRequest signed = SignedRequest.of(request.method().name(), request.uri(), request.headers(), bodyHash);
        return switch (verifier.verify(signed)) {
            case Verdict.Accepted _ -> Query.parse(signed.rawQuery());
            case Verdict.Refused refused -> throw AwsFault.of(403, refused.reason().errorName(), refused.message());
        };
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : RequestBody.MAX_BYTES;
    }

    private static String rawPath(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }
}
