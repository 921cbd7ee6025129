package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.InterpreterStub.GOLDEN;
import static dev.weir.platform.agentcore.InterpreterStub.GOLDEN_THROTTLE;
import static dev.weir.platform.agentcore.InterpreterStub.event;
import static dev.weir.platform.agentcore.InterpreterStub.json;
import static dev.weir.platform.agentcore.InterpreterStub.refuse;
import static dev.weir.platform.agentcore.InterpreterStub.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.interpreter.tool.Interpreter.Session;
import dev.weir.feature.interpreter.tool.Interpreter.ToolRun;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentCoreInterpreterTest extends InterpreterRig {
    @Test
    void s1_40_startsAnIdempotentSessionAndFindsIt() throws Exception {
        against((request, body) -> json(request, request.uri().endsWith("/start")
                ? "{\"codeInterpreterIdentifier\":\"my-ci\",\"sessionId\":\"01KA\",\"createdAt\":\"2026-01-02T03:04:05Z\"}"
                : "{\"codeInterpreterIdentifier\":\"my-ci\",\"sessionId\":\"01KA\",\"createdAt\":\"2026-01-02T03:04:05Z\","
                        + "\"status\":\"TERMINATED\"}"));
        Session session = done(interpreter.start(Optional.of("me"), Duration.ofMinutes(15)));
        assertThat(session).isEqualTo(new Session("01KA", Instant.parse("2026-01-02T03:04:05Z"), true));
        HttpServerRequest request = requests.element();
        assertThat(request.method() + " " + request.uri()).isEqualTo("PUT /code-interpreters/my-ci/sessions/start");
        assertThat(request.getHeader("Authorization")).contains("/bedrock-agentcore/aws4_request");
        assertThat(bodies.element().getString("clientToken")).hasSizeBetween(33, 256);
        assertThat(bodies.remove().put("clientToken", "")).isEqualTo(
                new JsonObject().put("name", "me").put("sessionTimeoutSeconds", 900).put("clientToken", ""));

        assertThat(done(interpreter.find("01KA")).ready()).isFalse();
        assertThat(requests).hasSize(2);
    }

    @Test
    void goldenBytesInAnySplit() throws Exception {
        against((request, body) -> {
            HttpServerResponse response = stream(request);
            for (byte one : GOLDEN.getBytes()) {
                response.write(Buffer.buffer().appendByte(one));
            }
            response.end();
        });
        done(run(ToolCall.ExecuteCode.python("1")).end());
        assertThat(parts).containsExactly(new ToolResult(List.of(), Optional.empty(), false));
        HttpServerRequest request = requests.element();
        assertThat(request.method() + " " + request.uri()).isEqualTo("POST /code-interpreters/my-ci/tools/invoke");
        assertThat(request.getHeader("x-amzn-code-interpreter-session-id")).isEqualTo(ID);
        assertThat(bodies.element()).isEqualTo(new JsonObject().put("name", "executeCode").put("arguments",
                new JsonObject().put("code", "1").put("language", "python")));
    }

    @Test
    void s1_41_allKindsOfContentArrive() throws Exception {
        JsonArray content = new JsonArray()
                .add(new JsonObject().put("type", "text").put("text", "hi \u2028"))
                .add(new JsonObject().put("type", "image").put("data", new byte[]{0, -1}).put("mimeType", "image/png"))
                .add(new JsonObject().put("type", "resource").put("resource", new JsonObject().put("type", "blob")
                        .put("uri", "file:///a").put("blob", new byte[]{1, -2})))
                .add(new JsonObject().put("type", "resource").put("resource", new JsonObject().put("type", "text")
                        .put("uri", "file:///b").put("mimeType", "text/plain").put("text", "\u00e4")))
                .add(new JsonObject().put("type", "resource_link").put("uri", "file:///d").put("name", "d")
                        .put("description", "Directory").put("size", 7))
                .add(new JsonObject().put("type", "hologram").put("text", "new"))
                .add(new JsonObject().put("type", "hologram"));
        against((request, body) -> stream(request).end(event(new JsonObject().put("content", content)
                .put("isError", true).put("structuredContent", new JsonObject().put("stdout", "o").put("stderr", "e")
                        .put("exitCode", 3).put("executionTime", 0.25).put("taskId", "t").put("taskStatus", "new")))));
        done(run(new ToolCall.GetTask("t")).end());
        ToolResult part = parts.element();
        assertThat(part.isError()).isTrue();
        assertThat(part.structured().orElseThrow().toString()).contains("[t]", "[new]", "[o]", "[e]", "[3]", "[0.25]");
        assertThat(part.content()).hasSize(6);
        assertThat(part.content().get(0)).isEqualTo(new ToolResult.Text("hi \u2028"));
        assertThat(part.content().get(1))
                .isEqualTo(new ToolResult.Image(Buffer.buffer(new byte[]{0, -1}), "image/png"));
        assertThat(part.content().get(2)).isEqualTo(new ToolResult.Resource("file:///a", Optional.empty(),
                Buffer.buffer(new byte[]{1, -2})));
        assertThat(part.content().get(3)).isEqualTo(new ToolResult.Resource("file:///b", Optional.of("text/plain"),
                Buffer.buffer("\u00e4")));
        assertThat(((ToolResult.Link) part.content().get(4)).isDirectory()).isTrue();
        assertThat(part.content().get(5)).isEqualTo(new ToolResult.Text("new"));
    }

    @Test
    void s1_40_argumentsOfEachTool() throws Exception {
        against((request, body) -> stream(request).end(GOLDEN));
        List<ToolCall> calls = List.of(
                new ToolCall.ExecuteCode("}}\"", ToolCall.Language.TYPESCRIPT, Optional.of(ToolCall.Engine.NODEJS),
                        true),
                new ToolCall.ExecuteCommand("ls"), new ToolCall.ReadFiles(List.of("a", "b")),
                new ToolCall.ListFiles(""), new ToolCall.RemoveFiles(List.of("a")),
                new ToolCall.WriteFiles(List.of(new ToolCall.FileContent("x", Buffer.buffer(new byte[]{-1, 0})))),
                new ToolCall.StartCommand("sleep"), new ToolCall.GetTask("t"), new ToolCall.StopTask("t"));
        for (ToolCall call : calls) {
            done(run(call).end());
        }
        assertThat(bodies).map(body -> body.getString("name") + body.getJsonObject("arguments").encode())
                .containsExactly(
                        "executeCode{\"code\":\"}}\\\"\",\"language\":\"typescript\",\"clearContext\":true,\"runtime\":\"nodejs\"}",
                        "executeCommand{\"command\":\"ls\"}", "readFiles{\"paths\":[\"a\",\"b\"]}",
                        "listFiles{\"directoryPath\":\"\"}", "removeFiles{\"paths\":[\"a\"]}",
                        "writeFiles{\"content\":[{\"path\":\"x\",\"blob\":\"/wA=\"}]}",
                        "startCommandExecution{\"command\":\"sleep\"}", "getTask{\"taskId\":\"t\"}",
                        "stopTask{\"taskId\":\"t\"}");
        assertThat(requests).allSatisfy(request -> assertThat(request.getHeader("Content-Length")).isNotNull());
    }

    @Test
    void s1_41_anExceptionInTheMiddleComesAfterWhatWasBefore() throws Exception {
        against((request, body) -> stream(request).end(GOLDEN.copy().appendBuffer(GOLDEN_THROTTLE)));
        assertThat(problem(run(new ToolCall.GetTask("t")).end())).isInstanceOf(Problem.Unavailable.class)
                .extracting(Problem::detail).asString().contains("ThrottlingException");
        assertThat(parts).hasSize(1);
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"accessDenied,UpstreamFailed", "conflict,Unavailable", "internalServer,UpstreamFailed",
        "resourceNotFound,NotFound", "serviceQuotaExceeded,Unavailable", "throttling,Unavailable", "validation,Invalid",
        "novel,UpstreamFailed"})
    void exceptionsSayTheSameInsideTheStreamAndBefore(String name, String kind) throws Exception {
        Buffer inside = EventMessage.exception(name + "Exception", new JsonObject()
                .put("message", "of account 123456789012").toBuffer()).encode();
        int status = switch (name) {
            case "accessDenied" -> 403;
            case "conflict" -> 409;
            case "resourceNotFound" -> 404;
            case "serviceQuotaExceeded" -> 402;
            case "throttling" -> 429;
            case "validation" -> 400;
            default -> 500;
        };
        AtomicBoolean before = new AtomicBoolean();
        against((request, body) -> {
            if (before.get()) {
                refuse(request, status, name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)
                        + "Exception", "of account 123456789012");
            } else {
                stream(request).end(inside);
            }
        });
        for (boolean early : new boolean[]{false, true}) {
            before.set(early);
            Problem problem = problem(run(ToolCall.ExecuteCode.python("secret")).end());
            assertThat(problem.getClass().getSimpleName()).as("before the stream: " + early).isEqualTo(kind);
            assertThat(problem.detail()).doesNotContain("123456789012", "secret");
        }
        assertThat(requests).hasSize(2);
    }

    @Test
    void whatTheServiceSaysOfAnInvalidCallIsPassedOn() throws Exception {
        against((request, body) -> refuse(request, 400, "ValidationException", "python cannot run on deno"));
        assertThat(problem(run(ToolCall.ExecuteCode.python("")).end()).detail()).contains("python cannot run on deno");
        assertThat(problem(interpreter.start(Optional.empty(), Duration.ofSeconds(1)))).isInstanceOf(
                Problem.Invalid.class);
        assertThat(requests).hasSize(2);
    }

    @Test
    void anAnswerThatIsCutOffOrEmptyIsAFailure() throws Exception {
        Queue<String> ways = new ArrayDeque<>(List.of("half", "between", "empty"));
        against((request, body) -> {
            HttpServerResponse response = stream(request);
            switch (ways.remove()) {
                case "half" -> response.write(GOLDEN.getBuffer(0, 60)).onSuccess(v -> request.connection().close());
                case "between" -> response.write(GOLDEN).onSuccess(v -> request.connection().close());
                default -> response.end();
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThat(problem(run(new ToolCall.GetTask("t")).end())).isInstanceOf(Problem.UpstreamFailed.class);
        }
        assertThat(requests).hasSize(3);
    }

    @Test
    void aSlowReceiverGetsOnePartAtATimeAndTheRestWaits() throws Exception {
        against((request, body) -> stream(request).end(GOLDEN.copy().appendBuffer(GOLDEN).appendBuffer(GOLDEN)));
        Queue<Promise<Void>> turns = new ConcurrentLinkedQueue<>();
        ToolRun run = interpreter.invoke(ID, new ToolCall.GetTask("t"), LONG, part -> {
            Promise<Void> turn = Promise.promise();
            turns.add(turn);
            return turn.future();
        });
        for (int number = 1; number <= 3; number++) {
            int expected = number;
            await().atMost(PATIENCE).until(() -> turns.size() == expected);
            assertThat(run.end().isComplete()).isFalse();
            turns.stream().skip(number - 1).findFirst().orElseThrow().complete();
        }
        done(run.end());
        assertThat(turns).hasSize(3);
    }

    @Test
    void aReceiverThatFailsBreaksTheCallOff() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        against((request, body) -> {
            request.connection().closeHandler(v -> closed.set(true));
            stream(request).write(GOLDEN);
        });
        IllegalStateException full = new IllegalStateException("full");
        ToolRun run = interpreter.invoke(ID, new ToolCall.GetTask("t"), LONG, part -> Future.failedFuture(full));
        assertThat(catchThrowable(() -> done(run.end()))).hasCause(full);
        await().atMost(PATIENCE).untilTrue(closed);
    }

    @Test
    void timeIsLimitedAndACallCanBeGivenUp() throws Exception {
        Queue<Object> closed = new ConcurrentLinkedQueue<>();
        against((request, body) -> {
            request.connection().closeHandler(v -> closed.add(request));
            stream(request).write(GOLDEN);
        });
        ToolRun late = interpreter.invoke(ID, new ToolCall.GetTask("t"), Duration.ofMillis(600),
                part -> Future.succeededFuture());
        assertThat(problem(late.end())).isInstanceOf(Problem.UpstreamTimeout.class);
        await().atMost(PATIENCE).until(() -> closed.size() == requests.size());

        ToolRun given = run(new ToolCall.GetTask("t"));
        await().atMost(PATIENCE).until(() -> !parts.isEmpty());
        given.abandon();
        assertThat(problem(given.end())).isInstanceOf(Problem.Conflict.class);
        await().atMost(PATIENCE).until(() -> closed.size() == requests.size());
    }

    @Test
    void nobodyThereIsUnavailable() throws Exception {
        against((request, body) -> {});
        interpreter.stop().await();
        interpreter = interpreter(closedPort());
        assertThat(problem(interpreter.start(Optional.empty(), LONG))).isInstanceOf(Problem.Unavailable.class);
        assertThat(problem(run(new ToolCall.GetTask("t")).end())).isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    void closedItFailsAtOnce() throws Exception {
        against((request, body) -> {});
        interpreter.stop().await();
        assertThat(problem(run(new ToolCall.GetTask("t")).end())).isNotNull();
        assertThat(problem(interpreter.stop(ID))).isNotNull();
        assertThat(requests).isEmpty();
    }

    @Test
    void everythingIsToldOnTheCallersEventLoop() throws Exception {
        against((request, body) -> stream(request).end(GOLDEN.copy().appendBuffer(GOLDEN)));
        Context context = vertx.getOrCreateContext();
        Queue<Boolean> there = new ConcurrentLinkedQueue<>();
        Promise<Void> over = Promise.promise();
        context.runOnContext(v -> interpreter.invoke(ID, new ToolCall.GetTask("t"), LONG, part -> {
            there.add(context.equals(Vertx.currentContext()));
            return Future.succeededFuture();
        }).end().onComplete(end -> {
            there.add(context.equals(Vertx.currentContext()));
            over.handle(end);
        }));
        done(over.future());
        assertThat(there).containsExactly(true, true, true);
    }
}
