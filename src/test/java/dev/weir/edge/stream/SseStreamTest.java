package dev.weir.edge.stream;

import static dev.weir.edge.stream.StreamServer.batch;
import static dev.weir.edge.stream.StreamServer.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SseStreamTest {
    private static final String GET = "GET /events%s HTTP/1.%d\r\nHost: t\r\n\r\n";

    @Test
    void theWholeStreamByteForByte() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("?queued=1", 1));
            String head = client.readUntil("\r\n\r\n");
            server.reader(0)
                    .write(batch(event(1, EventType.STARTED, "{\"a\":1}"), event(2, EventType.OUTPUT, "{\"b\":\n2}")))
                    .write(batch(event(3, EventType.SUCCEEDED, "{}")))
                    .then(Subscriber::end);

            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("content-type: text/event-stream; charset=utf-8\r\n")
                    .containsIgnoringCase("cache-control: no-cache, no-transform\r\n")
                    .containsIgnoringCase("x-accel-buffering: no\r\n")
                    .containsIgnoringCase("transfer-encoding: chunked\r\n");
            assertThat(unchunk(client)).isEqualTo("""
                    retry: 1000

                    event: run.queued
                    data: {"run_id":"run_1"}

                    id: 1-1
                    event: run.started
                    data: {"a":1}

                    id: 1-2
                    event: run.output
                    data: {"b":
                    data: 2}

                    id: 1-3
                    event: run.succeeded
                    data: {}

                    """);
            assertThat(head).containsIgnoringCase("connection: close\r\n");
            assertThat(client.readAll()).isEmpty();
            assertThat(server.reader(0).cancelled).hasValue(0);
            await().until(() -> server.open("sse") == 0);
            assertThat(server.registry.get("weir.streams.events").tag("protocol", "sse").counter().count())
                    .isEqualTo(3);
        }
    }

    @Test
    void withoutChunksTheEndOfTheConnectionEndsTheStream() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 0));
            server.reader(0).then(Subscriber::reset).write(batch(event(1, EventType.SUCCEEDED, "{}"))).then(
                    Subscriber::end);

            String answer = client.readAll();
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(
                    """
                    retry: 1000

                    event: stream.reset
                    data: {"reason":"unknown_cursor"}

                    id: 1-1
                    event: run.succeeded
                    data: {}

                    """);
        }
    }

    @Test
    void anEventAtTheStartHasNoId() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 0));
            server.reader(0)
                    .write(batch(new RunEvent(EventId.START, EventType.THROTTLED, Buffer.buffer("{}"))))
                    .then(Subscriber::end);

            assertThat(client.readAll()).endsWith("retry: 1000\n\nevent: run.throttled\ndata: {}\n\n");
        }
    }

    @Test
    void aReaderThatStallsIsNotWrittenToAndThenGetsEverything() throws Exception {
        int batches = 400;
        String data = "{\"text\":\"" + "x".repeat(16 * 1024) + "\"}";
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port, 4096)) {
            client.send(GET.formatted("", 0));
            client.readUntil("retry: 1000\n\n");
            Script.Reader reader = server.reader(0);
            for (int i = 1; i <= batches; i++) {
                reader.write(batch(event(i, EventType.OUTPUT, data)));
            }
            // The loop answers a later task: all that fits was written by then, and it was not everything.
            CompletableFuture<Void> settled = new CompletableFuture<>();
            reader.loop.execute(() -> {
                reader.resumed.set(0);
                settled.complete(null);
            });
            settled.get(10, TimeUnit.SECONDS);
            assertThat(reader.written.get()).isPositive();
            assertThat(reader.written.get()).isLessThan(batches);
            reader.then(Subscriber::end);

            List<String> ids = client.readAll().lines().filter(line -> line.startsWith("id: ")).toList();
            assertThat(ids).hasSize(batches).first().isEqualTo("id: 1-1");
            assertThat(ids.getLast()).isEqualTo("id: 1-" + batches);
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(reader.resumed.get()).isPositive();
        }
    }

    @Test
    void manyReadersShareOneEncoding() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        Buffer plain = Buffer.buffer("{\"n\":1}");
        Buffer counting = (Buffer) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Buffer.class},
                (_, method, args) -> {
                    if (method.getName().equals("getBytes")) {
                        reads.incrementAndGet();
                    }
                    return method.invoke(plain, args);
                });
        Batch batch = batch(new RunEvent(new EventId(1, 1), EventType.SUCCEEDED, counting));
        List<RawClient> clients = new ArrayList<>();
        try (StreamServer server = new StreamServer()) {
            for (int i = 0; i < 20; i++) {
                RawClient client = new RawClient(server.port);
                clients.add(client.send(GET.formatted("", 0)));
                Script.Reader reader = server.reader(i);
                assertThat(reader.loop).isSameAs(server.reader(0).loop);
            }
            server.script.readers.forEach(reader -> reader.write(batch).then(Subscriber::end));
            for (RawClient client : clients) {
                assertThat(client.readAll()).endsWith("id: 1-1\nevent: run.succeeded\ndata: {\"n\":1}\n\n");
            }
            assertThat(reads).hasValue(1);
            assertThat(batch.as(SseEncoding.PLAIN.events).refCnt()).isEqualTo(1);
            await().until(() -> server.open("sse") == 0);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aClientThatLeavesEndsItsSubscriptionOnce() throws Exception {
        try (StreamServer server = new StreamServer()) {
            Script.Reader reader;
            try (RawClient client = new RawClient(server.port)) {
                client.send(GET.formatted("", 1));
                reader = server.reader(0);
            }
            await().until(() -> server.open("sse") == 0);
            assertThat(reader.cancelled).hasValue(1);
            assertThat(server.cancels).hasValue(0);
        }
    }

    @Test
    void silenceIsBrokenByComments() throws Exception {
        StreamsConfig config = new StreamsConfig(Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofHours(1),
                1,
                1);
        try (StreamServer server = new StreamServer(config); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 0));

            assertThat(client.readUntil(": heartbeat\n\n: heartbeat\n\n")).endsWith(
                    "retry: 1500\n\n: heartbeat\n\n: heartbeat\n\n");
            assertThat(server.reader(0).cancelled).hasValue(0);
        }
    }

    @Test
    void drainingSendsClientsAwayToComeBack() throws Exception {
        try (StreamServer server = new StreamServer();
                RawClient one = new RawClient(server.port);
                RawClient other = new RawClient(server.port)) {
            one.send(GET.formatted("", 1));
            other.send(GET.formatted("", 0));
            server.reader(1);
            server.streams.drain(Duration.ofMillis(50)).toCompletionStage().toCompletableFuture().get(10,
                    TimeUnit.SECONDS);

            assertThat(one.readAll())
                    .containsPattern("retry: [1-5][0-9]{3}\n\n: draining, come back\n\n\r\n0\r\n\r\n$");
            assertThat(other.readAll()).containsPattern("retry: [1-5][0-9]{3}\n\n: draining, come back\n\n$");
            assertThat(server.reader(0).cancelled).hasValue(1);
            assertThat(server.open("sse")).isZero();
            try (RawClient late = new RawClient(server.port)) {
                // Any other status would end an EventSource for good.
                assertThat(late.send(GET.formatted("", 1)).readUntil("come back\n\n")).startsWith("HTTP/1.1 200 ")
                        .containsPattern("\r\n\r\nretry: [1-5][0-9]{3}\n\n: draining, come back\n\n$");
            }
        }
    }

    @Test
    void drainingDoesNotWaitForAClientThatDoesNotRead() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port, 4096)) {
            client.send(GET.formatted("", 1));
            String data = "{\"text\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}";
            server.reader(0).write(batch(event(1, EventType.OUTPUT, data)));

            server.streams.drain(Duration.ZERO).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(server.open("sse")).isZero();
        }
    }

    @Test
    void anInterruptedStreamEndsWithoutATerminalEvent() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 1));
            server.reader(0).then(to -> to.fail(new IllegalStateException("the log is away")));

            assertThat(client.readAll()).doesNotContain("event:").doesNotContain("the log").endsWith("0\r\n\r\n");
            assertThat(server.reader(0).cancelled).hasValue(0);
        }
    }

    /** RFC 9112 section 9.6: the answer said that it is the last one of its connection. */
    @Test
    void whatIsSentBehindTheRequestIsNotExecuted() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 1) + GET.formatted("?after=1-2", 1));
            client.readUntil("retry: 1000\n\n");
            client.send(GET.formatted("?after=1-3", 1));
            server.reader(0).write(batch(event(1, EventType.SUCCEEDED, "{}"))).then(Subscriber::end);

            assertThat(client.readAll()).contains("id: 1-1\n").doesNotContain("HTTP/1.1");
            assertThat(server.script.readers).hasSize(1);
        }
    }

    /** An answer that is still on its way comes first, and whole. */
    @Test
    void aStreamWaitsForTheAnswersBeforeIt() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port, 4096)) {
            client.send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n" + GET.formatted("", 1));
            assertThat(client.readUntil("\r\n\r\n")).containsIgnoringCase("content-length: " + StreamServer.LARGE);
            client.read(StreamServer.LARGE);
            assertThat(client.readUntil("retry: 1000\n\n")).startsWith("HTTP/1.1 200 ");
            server.reader(0).then(Subscriber::end);
            assertThat(client.readAll()).endsWith("0\r\n\r\n");
        }
    }

    @Test
    void aClientThatKeepsTalkingIsCutOff() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send(GET.formatted("", 1));
            Script.Reader reader = server.reader(0);
            byte[] noise = new byte[16 * 1024];
            await().until(() -> {
                try {
                    client.send(noise);
                    return false;
                } catch (IOException cut) {
                    return true;
                }
            });
            await().until(() -> server.open("sse") == 0);
            assertThat(reader.cancelled).hasValue(1);
        }
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        StreamsConfig config = new StreamsConfig(Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofHours(1), 1,
                1);
        try (StreamServer server = new StreamServer(config, Duration.ofMillis(200));
                RawClient client = new RawClient(server.port, 4096);
                RawClient silent = new RawClient(server.port)) {
            client.send(GET.formatted("", 1));
            String data = "{\"text\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}";
            server.reader(0).write(batch(event(1, EventType.OUTPUT, data))).then(Subscriber::end);
            silent.send(GET.formatted("", 1));
            server.reader(1);

            // Also after its run is over, or nobody would ever get the connection back.
            await().until(() -> server.open("sse") == 1);
            assertThat(silent.readUntil(": heartbeat")).isNotEmpty();
        }
    }

    private static String unchunk(RawClient client) throws Exception {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
            body.append(new String(client.read(size), StandardCharsets.UTF_8));
            client.readUntil("\r\n");
            if (size == 0) {
                return body.toString();
            }
        }
    }
}
