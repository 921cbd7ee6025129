package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.feature.interpreter.tool.Interpreter.ToolRun;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/** The interpreter's adapter against a stub of the service. */
class InterpreterRig {
    static final Duration LONG = Duration.ofSeconds(60);
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String ID = "01KSESSION";
    static Vertx vertx;
    static VertxSdkHttpClient http;

    final Queue<HttpServerRequest> requests = new ConcurrentLinkedQueue<>();
    final Queue<JsonObject> bodies = new ConcurrentLinkedQueue<>();
    final Queue<ToolResult> parts = new ConcurrentLinkedQueue<>();
    AgentCoreInterpreter interpreter;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
    }

    @AfterAll
    static void close() throws Exception {
        http.close();
        done(vertx.close());
    }

    @AfterEach
    void stop() {
        if (interpreter != null) {
            interpreter.stop().await();
            interpreter.stop().await();
        }
    }

    ToolRun run(ToolCall call) {
        return interpreter.invoke(ID, call, LONG, part -> {
            parts.add(part);
            return Future.succeededFuture();
        });
    }

    void against(BiConsumer<HttpServerRequest, JsonObject> answer) throws Exception {
        interpreter = interpreter(AgentStub.http(vertx, request -> request.body().onSuccess(body -> {
            requests.add(request);
            JsonObject sent = body.length() == 0 ? new JsonObject() : new JsonObject(body);
            bodies.add(sent);
            answer.accept(request, sent);
        })));
    }

    /** Patient: the first call of a machine that has other things to do loads hundreds of classes. */
    static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    AgentCoreInterpreter interpreter(int port) {
        return new AgentCoreInterpreter(vertx, AgentStub.config(port), "my-ci", AgentStub.credentials(), client());
    }

    SdkAsyncHttpClient client() {
        return http;
    }

    static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Problem problem(Future<?> future) {
        Throwable failure = catchThrowable(() -> done(future));
        assertThat(failure).hasCauseInstanceOf(ProblemException.class);
        return ((ProblemException) failure.getCause()).problem();
    }
}
