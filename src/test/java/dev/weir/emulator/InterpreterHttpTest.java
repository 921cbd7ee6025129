package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.await;
import static dev.weir.emulator.InterpreterCaller.HEADER;
import static dev.weir.emulator.InterpreterCaller.MANAGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.EmulatorConfig.Interpreters;
import dev.weir.emulator.InterpreterCaller.Answer;
import dev.weir.emulator.session.TooDeep;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire of code interpreters, byte by byte where that matters. */
class InterpreterHttpTest {
    private static final JsonObject NONE = new JsonObject();
    @TempDir
    static Path dir;
    private static InterpreterCaller caller;

    @BeforeAll
    static void open() {
        caller = new InterpreterCaller(dir, new Interpreters("demo-1 demo-2", 1_000, 1_000_000, 0));
    }

    @AfterAll
    static void close() {
        caller.close();
    }

    @AfterEach
    void backToNow() {
        caller.emulator.clockOffset = Duration.ZERO;
    }

    @Test
    void aSessionHasTheModelledShape() {
        Answer started = caller.start("demo-1", new JsonObject().put("name", "mine").put("sessionTimeoutSeconds", 60));

        assertThat(started.status()).isEqualTo(200);
        assertThat(started.headers().get("x-amzn-RequestId")).isNotEmpty();
        assertThat(started.json().fieldNames()).containsExactlyInAnyOrder("codeInterpreterIdentifier", "sessionId",
                "createdAt");
        assertThat(started.json().getString("sessionId")).matches("[0-9a-zA-Z]{1,40}");
        assertThat(Instant.parse(started.json().getString("createdAt"))).isBeforeOrEqualTo(Instant.now());
        JsonObject found = get("demo-1", started.json().getString("sessionId")).json();
        assertThat(found.getString("status")).isEqualTo("READY");
        assertThat(found.getString("name")).isEqualTo("mine");
        assertThat(found.getInteger("sessionTimeoutSeconds")).isEqualTo(60);
        assertThat(found.getString("createdAt")).isEqualTo(started.json().getString("createdAt"));
        assertThat(get(MANAGED, found.getString("sessionId")).error()).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void anArnIsAsGoodAsAnId() {
        assertThat(arn("us-east-1%3Aaws%3Acode-interpreter%2Faws.codeinterpreter.v1").status()).isEqualTo(200);
        Answer custom = arn("us-east-1%3A000000000000%3Acode-interpreter-custom%2Fdemo-2");
        assertThat(custom.json().getString("codeInterpreterIdentifier")).isEqualTo("demo-2");
        assertThat(arn("us-east-1%3A123456789012%3Acode-interpreter-custom%2Fdemo-2").status()).isEqualTo(404);
        assertThat(arn("eu-west-1%3A000000000000%3Acode-interpreter-custom%2Fdemo-2").status()).isEqualTo(404);
    }

    @Test
    void whatIsNotKnownIsNotFound() {
        assertThat(caller.start("demo-3", NONE).error()).isEqualTo("ResourceNotFoundException");
        assertThat(caller.describe("0123").status()).isEqualTo(404);
        assertThat(caller.stop("0123").status()).isEqualTo(404);
        assertThat(caller.command("0123", "true").status()).isEqualTo(404);
        assertThat(await(caller.send("POST", "/code-interpreters/demo-1/sessions/start", null, "")).status())
                .isEqualTo(405);
        assertThat(await(caller.send("PUT", "/code-interpreters/demo-1/sessions", null, "")).status()).isEqualTo(404);
        assertThat(await(caller.send("PUT", "/runtimes/demo-1/sessions/start", null, "")).status()).isEqualTo(404);
    }

    @Test
    void withoutAValidSignatureThereIsNothing() {
        for (String path : List.of("sessions/start", "sessions/stop", "sessions/stop?sessionId=1")) {
            assertThat(await(caller.emulator.send("PUT", "/code-interpreters/" + MANAGED + '/' + path,
                    MultiMap.caseInsensitiveMultiMap(), "{}")).status()).isEqualTo(403);
        }
        assertThat(await(caller.emulator.send("POST", "/code-interpreters/" + MANAGED + "/tools/invoke",
                MultiMap.caseInsensitiveMultiMap(), "{}")).status()).isEqualTo(403);
    }

    @Test
    void inputIsValidatedAsTheModelSays() {
        for (String body : List.of("{\"name\":\"\"}", "{\"name\":\"" + "n".repeat(101) + "\"}",
                "{\"sessionTimeoutSeconds\":0}", "{\"sessionTimeoutSeconds\":28801}", "{\"sessionTimeoutSeconds\":1.5}",
                "{\"clientToken\":\"short\"}", "{\"certificates\":[]}", "{\"certificates\":[{\"location\":{}}]}")) {
            Answer refused = await(caller.send("PUT", "/code-interpreters/" + MANAGED + "/sessions/start", null, body));
            assertThat(refused.status()).as(body).isEqualTo(400);
            assertThat(refused.error()).isEqualTo("ValidationException");
            assertThat(refused.json().getString("reason")).isEqualTo("FieldValidationFailed");
            assertThat(refused.json().getJsonArray("fieldList").getJsonObject(0).getString("name")).isNotEmpty();
        }
        assertThat(await(caller.send("PUT", "/code-interpreters/" + MANAGED + "/sessions/start", null, "no json"))
                .json().getString("reason")).isEqualTo("CannotParse");
        assertThat(caller.list(new JsonObject().put("maxResults", 101)).status()).isEqualTo(400);
        assertThat(caller.list(new JsonObject().put("status", "ACTIVE")).status()).isEqualTo(400);
        assertThat(caller.list(new JsonObject().put("nextToken", "made-up")).status()).isEqualTo(400);
        assertThat(caller.describe("not-an-id").status()).isEqualTo(400);
    }

    @Test
    void aToolIsRefusedBeforeItsStreamBegins() {
        String session = caller.start();
        for (String body : List.of("{}", "[]", "{\"name\":\"other\"}", "{\"name\":\"executeCode\"}",
                "{\"name\":\"executeCode\",\"arguments\":{\"code\":\"1\",\"language\":\"ruby\"}}",
                "{\"name\":\"executeCode\",\"arguments\":{\"code\":\"\\ud800\",\"language\":\"python\"}}",
                "{\"name\":\"executeCommand\",\"arguments\":{\"command\":\"a\\u0000\"}}",
                "{\"name\":\"executeCommand\",\"arguments\":{\"command\":7}}",
                "{\"name\":\"readFiles\",\"arguments\":{\"paths\":[1]}}",
                "{\"name\":\"writeFiles\",\"arguments\":{\"content\":[{\"path\":\"a\"}]}}",
                "{\"name\":\"writeFiles\",\"arguments\":{\"content\":[{\"path\":\"a\",\"blob\":\"?\"}]}}",
                "{\"name\":\"getTask\",\"arguments\":{\"taskId\":\"none\"}}")) {
            Answer refused = await(
                    caller.send("POST", "/code-interpreters/" + MANAGED + "/tools/invoke", session, body));
            assertThat(refused.status()).as(body).isEqualTo(400);
            assertThat(refused.headers().get("content-type")).isEqualTo("application/json");
        }
    }

    @Test
    void aResultHasTheGoldenBytes() {
        Answer answer = await(caller.tool(caller.start(), "listFiles", new JsonObject().put("directoryPath", "")));

        assertThat(answer.headers().get("content-type")).isEqualTo("application/vnd.amazon.eventstream");
        assertThat(HexFormat.of().formatHex(answer.body().getBytes()))
                .isEqualTo("0000007a0000004ca92a2abc0b3a6576656e742d"
                        + "74797065070006726573756c740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d65737361"
                        + "67652d747970650700056576656e747b22636f6e74656e74223a5b5d2c2269734572726f72223a66616c73657dd46430cc");
    }

    @Test
    void aShortCommandIsAnsweredWithOneEvent() {
        String session = caller.start();
        Answer answer = caller.command(session, "echo hi");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get(HEADER)).isEqualTo(session);
        assertThat(answer.events()).hasSize(1);
        assertThat(answer.last().getJsonArray("content"))
                .isEqualTo(new JsonArray().add(new JsonObject().put("type", "text").put("text", "hi\n")));
        assertThat(answer.last().getJsonObject("structuredContent").getString("stdout")).isEqualTo("hi\n");
    }

    @Test
    void aCallWithoutASessionGetsOneAndItsId() {
        Answer first = caller.command(null, "echo kept > file");
        String session = first.headers().get(HEADER);

        assertThat(caller.command(session, "cat file").last().getJsonObject("structuredContent").getString("stdout"))
                .isEqualTo("kept\n");
        assertThat(caller.describe(session).json().getInteger("sessionTimeoutSeconds")).isEqualTo(900);
    }

    @Test
    void aTokenMakesAStartOnce() {
        JsonObject body = new JsonObject().put("clientToken", "t".repeat(40)).put("name", "once");
        Answer first = caller.start(MANAGED, body);
        Answer again = caller.start(MANAGED, body);
        Answer other = caller.start(MANAGED, body.copy().put("name", "twice"));
        Answer elsewhere = caller.start("demo-1", body);

        assertThat(again.json()).isEqualTo(first.json());
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.json().getString("reason")).isEqualTo("IdempotentParameterMismatchException");
        assertThat(elsewhere.json().getString("sessionId")).isNotEqualTo(first.json().getString("sessionId"));
    }

    @Test
    void aSessionEndsWhenItsTimeIsUpWhateverIsDoneInIt() {
        String session = caller.start(MANAGED, new JsonObject().put("sessionTimeoutSeconds", 60)).json()
                .getString("sessionId");
        caller.emulator.clockOffset = Duration.ofSeconds(55);
        assertThat(caller.command(session, "true").status()).isEqualTo(200);
        caller.emulator.clockOffset = Duration.ofSeconds(61);

        assertThat(caller.describe(session).json().getString("status")).isEqualTo("TERMINATED");
        assertThat(caller.command(session, "true").error()).isEqualTo("ResourceNotFoundException");
        assertThat(caller.stop(session).status()).isEqualTo(200);
        assertThat(directory(session)).doesNotExist();
    }

    @Test
    void aSecondStopIsAnsweredAsTheFirst() {
        String session = caller.start();
        Answer first = caller.stop(session);

        assertThat(first.json().fieldNames()).containsExactlyInAnyOrder("codeInterpreterIdentifier", "sessionId",
                "lastUpdatedAt");
        assertThat(directory(session)).doesNotExist();
        assertThat(caller.stop(session).json()).isEqualTo(first.json());
    }

    @Test
    void aListHasPages() {
        List<String> started = Stream.generate(() -> get(caller.start("demo-2", NONE))).limit(12).toList();
        JsonObject first = list("demo-2", NONE);
        JsonObject second = list("demo-2", new JsonObject().put("nextToken", first.getString("nextToken")));

        List<String> listed = new ArrayList<>();
        Stream.of(first, second).flatMap(page -> page.getJsonArray("items").stream())
                .forEach(item -> listed.add(((JsonObject) item).getString("sessionId")));

        assertThat(first.getJsonArray("items")).hasSize(10);
        assertThat(listed).startsWith(started.reversed().toArray(new String[0]));
        assertThat(list("demo-2", new JsonObject().put("status", "TERMINATED")).getJsonArray("items")).isEmpty();
        assertThat(list("demo-2", new JsonObject().put("maxResults", 100)).getString("nextToken")).isNull();
    }

    @Test
    void theEndOfASessionEndsItsCallsInTheStream() throws Exception {
        String session = caller.start();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Buffer body = Buffer.buffer();
        CompletableFuture<Buffer> whole = new CompletableFuture<>();
        open(session, "echo begun; sleep 300", response -> response.handler(chunk -> {
            body.appendBuffer(chunk);
            begun.complete(null);
        }).endHandler(_ -> whole.complete(body)));
        begun.get(20, TimeUnit.SECONDS);

        assertThat(caller.stop(session).status()).isEqualTo(200);

        EventMessage last = new Answer(200, null, whole.get(20, TimeUnit.SECONDS)).events().getLast();
        assertThat(last.headers()).containsEntry(":exception-type", "resourceNotFoundException")
                .containsEntry(":message-type", "exception");
    }

    @Test
    void aCallerWhoLeavesDoesNotEndTheCode() throws Exception {
        String session = caller.start();
        CompletableFuture<Void> left = new CompletableFuture<>();
        open(session, "echo begun; until [ -e gone ]; do sleep 0.02; done; echo done > finished",
                response -> response.handler(_ -> response.request().reset().onComplete(_ -> left.complete(null))));
        left.get(20, TimeUnit.SECONDS);

        caller.command(session, "touch gone");

        Awaitility.await().until(() -> Files.exists(directory(session).resolve("work/finished")));
    }

    @Test
    void aReaderWhoDoesNotReadHoldsTheProgramUp() throws Exception {
        String session = caller.start();
        CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
        open(session, "for i in $(seq 60); do head -c 16000 /dev/zero | tr '\\0' x; echo $i >> count; done",
                response -> {
                    response.pause();
                    head.complete(response);
                });
        HttpClientResponse response = head.get(20, TimeUnit.SECONDS);
        CompletableFuture<Buffer> whole = new CompletableFuture<>();
        caller.emulator.vertx.runOnContext(_ -> {
            response.body().onComplete(body -> whole.complete(body.result()));
            response.resume();
        });

        JsonObject last = new Answer(200, null, whole.get(30, TimeUnit.SECONDS)).last();
        assertThat(last.getJsonObject("structuredContent").getString("stdout")).hasSize(60 * 16_000);
    }

    @Test
    void tooMuchCodeAtOnceIsAConflict() {
        String session = caller.start();
        JsonObject waits = new JsonObject().put("language", "python").put("code",
                "import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)");
        List<Future<Answer>> calls = Stream.generate(() -> caller.tool(session, "executeCode", waits)).limit(20)
                .toList();
        Awaitility.await().until(() -> calls.stream().filter(Future::isComplete).count() >= 3);

        caller.command(session, "touch go");

        assertThat(calls.stream().map(EmulatorFixture::await).map(Answer::status)).containsOnly(200, 409);
        assertThat(
                calls.stream().map(EmulatorFixture::await).filter(answer -> answer.status() == 409).map(Answer::error))
                .hasSize(3).containsOnly("ConflictException");
    }

    @Test
    void healthShowsHowMany() {
        caller.start();
        assertThat(caller.emulator.health().getInteger("interpreterSessions")).isPositive();
    }

    @Test
    void whatCannotBeRemovedDoesNotKeepTheNextEmulatorFromStarting() throws Exception {
        Path data = dir.resolve("littered");
        for (String kind : List.of("interpreters", "sessions")) {
            TooDeep.in(Files.createDirectories(data.resolve(kind).resolve("left")));
        }
        try (InterpreterCaller next = new InterpreterCaller(data, new Interpreters("", 2, 4, 2))) {
            assertThat(next.command(next.start(), "true").status()).isEqualTo(200);
        } finally {
            TooDeep.remove(data);
        }
    }

    @Test
    void quotasAndThrottlesAreSwitches() {
        try (InterpreterCaller tight = new InterpreterCaller(dir.resolve("tight"), new Interpreters("", 2, 4, 2))) {
            String session = tight.start();
            tight.start();
            assertThat(tight.start(MANAGED, NONE).status()).isEqualTo(402);
            tight.stop(session);
            assertThat(tight.start(MANAGED, NONE).status()).isEqualTo(200);
            Answer fifth = tight.start(MANAGED, NONE);
            assertThat(fifth.status()).isEqualTo(429);
            assertThat(fifth.error()).isEqualTo("ThrottlingException");
            tight.emulator.clockOffset = Duration.ofSeconds(1);
            assertThat(tight.start(MANAGED, NONE).status()).isEqualTo(402);

            String open = tight.list(new JsonObject().put("status", "READY")).json().getJsonArray("items")
                    .getJsonObject(0).getString("sessionId");
            assertThat(tight.command(open, "true").events().getLast().headers()).containsKey(":event-type");
            Answer second = tight.command(open, "true");
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.body()).isEqualTo(EventMessage.exception("throttlingException",
                    Buffer.buffer("{\"message\":\"Rate exceeded\"}")).encode());
        }
    }

    private static void open(String session, String command, java.util.function.Consumer<HttpClientResponse> onHead) {
        await(caller.open("POST", "/code-interpreters/" + MANAGED + "/tools/invoke", session, new JsonObject()
                .put("name", "executeCommand").put("arguments", new JsonObject().put("command", command)).encode(),
                onHead));
    }

    private static Answer arn(String tail) {
        return caller.start("arn%3Aaws%3Abedrock-agentcore%3A" + tail, NONE);
    }

    private static String get(Answer started) {
        return started.json().getString("sessionId");
    }

    private static Answer get(String interpreter, String session) {
        return await(
                caller.send("GET", "/code-interpreters/" + interpreter + "/sessions/get?sessionId=" + session, null,
                        ""));
    }

    private static JsonObject list(String interpreter, JsonObject body) {
        return await(caller.send("POST", "/code-interpreters/" + interpreter + "/sessions/list", null, body.encode()))
                .json();
    }

    private static Path directory(String session) {
        return dir.resolve("interpreters").resolve(session);
    }
}
