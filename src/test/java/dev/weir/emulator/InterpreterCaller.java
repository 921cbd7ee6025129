package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.await;

import dev.weir.config.EmulatorConfig;
import dev.weir.config.EmulatorConfig.Faults;
import dev.weir.config.EmulatorConfig.Interpreters;
import dev.weir.wire.eventstream.EventMessage;
import dev.weir.wire.eventstream.EventReader;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Calls an emulator's code interpreters by signed HTTP. */
final class InterpreterCaller implements AutoCloseable {
    static final String MANAGED = "aws.codeinterpreter.v1";
    static final String HEADER = "x-amzn-code-interpreter-session-id";

    final EmulatorFixture emulator;
    private final HttpClient http;

    InterpreterCaller(Path dir, Interpreters interpreters) {
        EmulatorConfig d = EmulatorFixture.config(EmulatorConfig.DEFAULT.limits(), Faults.NONE);
        emulator = new EmulatorFixture(dir, new EmulatorConfig(0, d.region(), d.idleTimeout(), d.maxLifetime(),
                d.linger(), d.limits(), d.faults(), d.shells(), interpreters, Map.of()), EmulatorFixture.FAST);
        http = emulator.vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(64));
    }

    record Answer(int status, MultiMap headers, Buffer body) {
        JsonObject json() {
            return body.toJsonObject();
        }

        String error() {
            return headers.get("x-amzn-ErrorType");
        }

        List<EventMessage> events() {
            return new EventReader().read(body);
        }

        JsonObject last() {
            return events().getLast().payload().toJsonObject();
        }
    }

    String start() {
        return start(MANAGED, new JsonObject()).json().getString("sessionId");
    }

    Answer start(String interpreter, JsonObject body) {
        return await(send("PUT", "/code-interpreters/" + interpreter + "/sessions/start", null, body.encode()));
    }

    Answer describe(String session) {
        return await(send("GET", "/code-interpreters/" + MANAGED + "/sessions/get?sessionId=" + session, null, ""));
    }

    Answer list(JsonObject body) {
        return await(send("POST", "/code-interpreters/" + MANAGED + "/sessions/list", null, body.encode()));
    }

    Answer stop(String session) {
        return await(send("PUT", "/code-interpreters/" + MANAGED + "/sessions/stop?sessionId=" + session, null, "{}"));
    }

    Answer command(String session, String command) {
        return await(tool(session, "executeCommand", new JsonObject().put("command", command)));
    }

    Future<Answer> tool(String session, String name, JsonObject arguments) {
        return send("POST", "/code-interpreters/" + MANAGED + "/tools/invoke", session,
                new JsonObject().put("name", name).put("arguments", arguments).encode());
    }

    Future<Answer> send(String method, String target, String session, String body) {
        Promise<Answer> answer = Promise.promise();
        open(method, target, session, body, response -> response.body()
                .map(bytes -> new Answer(response.statusCode(), response.headers(), bytes)).onComplete(answer))
                .onFailure(answer::tryFail);
        return answer.future();
    }

    /** {@code onHead} is called on the client's event loop, before anything of the body is lost. */
    Future<Void> open(String method, String target, String session, String body, Consumer<HttpClientResponse> onHead) {
        MultiMap headers = emulator.signer().headers(method, URI.create("http://127.0.0.1:" + emulator.port + target),
                body, session == null ? Map.of() : Map.of(HEADER, session));
        Promise<Void> open = Promise.promise();
        emulator.vertx.runOnContext(_ -> http.request(new RequestOptions().setMethod(HttpMethod.valueOf(method))
                .setHost("127.0.0.1").setPort(emulator.port).setURI(target).setHeaders(headers))
                .compose(request -> request.send(Buffer.buffer(body)))
                .onSuccess(onHead::accept).<Void>mapEmpty().onComplete(open));
        return open.future();
    }

    @Override
    public void close() {
        emulator.close();
    }
}
