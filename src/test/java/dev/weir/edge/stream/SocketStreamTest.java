package dev.weir.edge.stream;

import static dev.weir.edge.stream.StreamServer.batch;
import static dev.weir.edge.stream.StreamServer.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.StreamsConfig;
import dev.weir.edge.stream.RawClient.Frame;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketStreamTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;

    @Test
    void eventsAreFramesAndTheEndIsANormalClose() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            String head = client.upgrade("/socket?queued=1&after=1-1", "Sec-WebSocket-Protocol: other, weir.run.v1",
                    "Sec-WebSocket-Extensions: permessage-deflate");
            server.reader(0)
                    .then(Subscriber::reset)
                    .write(batch(event(1, EventType.STARTED, "{}"), event(2, EventType.SUCCEEDED, "{\"o\":1}")))
                    .then(Subscriber::end);

            assertThat(head).startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: weir.run.v1")
                    .doesNotContainIgnoringCase("extensions");
            assertThat(client.readFrame().text())
                    .isEqualTo("{\"event\":\"run.queued\",\"data\":{\"run_id\":\"run_1\"}}");
            assertThat(client.readFrame().text())
                    .isEqualTo("{\"event\":\"stream.reset\",\"data\":{\"reason\":\"unknown_cursor\"}}");
            assertThat(client.readFrame().text()).isEqualTo("{\"id\":\"1-1\",\"event\":\"run.started\",\"data\":{}}");
            assertThat(client.readFrame().text())
                    .isEqualTo("{\"id\":\"1-2\",\"event\":\"run.succeeded\",\"data\":{\"o\":1}}");
            assertThat(client.readFrame().closeCode()).isEqualTo(1000);
            client.frame(CLOSE, new byte[]{3, (byte) 0xe8});
            assertThat(client.isClosed()).isTrue();
            await().until(() -> server.open("websocket") == 0);
            assertThat(server.reader(0).cancelled).hasValue(0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Sec-WebSocket-Protocol: other", "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: AAAA"})
    void whatWeCannotAnswerIsNotUpgraded(String header) throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            assertThat(client.upgrade("/socket", header)).startsWith("HTTP/1.1 400 ");
            assertThat(server.script.readers).isEmpty();
        }
    }

    @Test
    void aPlainRequestIsNotUpgraded() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.send("GET /socket HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aClientMayCancelAndReadOn() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            client.frame(0x01, bytes("{\"type\":")).frame(PING, bytes("hi")).frame(0x80, bytes("\"cancel\"}"));
            Frame pong = client.readFrame();
            assertThat(pong.first()).isEqualTo(PONG);
            assertThat(pong.text()).isEqualTo("hi");
            await().until(() -> server.cancels.get() == 1);
            server.reader(0).write(batch(event(1, EventType.CANCELLED, "{}"))).then(Subscriber::end);

            assertThat(client.readFrame().text()).contains("run.cancelled");
            assertThat(client.readFrame().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void whoMayOnlyReadIsSentAwayForCancelling() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            server.cancellation.set(Future.failedFuture(new ProblemException(new Problem.Forbidden("no"))));
            client.upgrade("/socket");
            client.frame(TEXT, bytes("{\"type\":\"cancel\"}"));

            assertThat(client.readFrame().closeCode()).isEqualTo(4403);
            assertThat(server.reader(0).cancelled).hasValue(1);
        }
    }

    @Test
    void aCancellationThatFailsIsToldAndCanBeRepeated() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            server.cancellation.set(Future.failedFuture(new IllegalStateException("secret")));
            client.upgrade("/socket");
            for (int i = 0; i < 2; i++) {
                client.frame(TEXT, bytes("{\"type\":\"cancel\"}"));
                assertThat(client.readFrame().text()).startsWith("{\"error\":{\"detail\":").doesNotContain("secret");
            }
            assertThat(server.cancels).hasValue(2);
            assertThat(server.reader(0).cancelled).hasValue(0);
        }
    }

    /** Frames in hexadecimal; masked ones have the mask 0, so that the payload can be read. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"RSV1,1002,c18000000000", "RSV2,1002,a18000000000", "RSV3,1002,918000000000",
        "not masked,1002,81026869", "data opcode 3,1002,838000000000", "control opcode 11,1002,8b8000000000",
        "fragmented ping,1002,098000000000", "long ping,1002,89fe007e00000000",
        "continuation of nothing,1002,808000000000",
        "text within a message,1002,01800000000081800000000",
        "length not in shortest form,1002,81fe000500000000", "close with half a code,1002,88810000000003",
        "close with a code never sent,1002,88820000000003ed", "binary,1003,82810000000041",
        "frame over the limit,1009,81fe100100000000", "not UTF-8,1007,818200000000c328",
        "UTF-8 cut at the end,1007,818100000000c3", "close with a reason not in UTF-8,1007,88830000000003e8ff"})
    void aFrameThatBreaksTheRulesIsAnsweredWithTheRightCode(String name, int code, String hex) throws Exception {
        String even = hex.length() % 2 == 0 ? hex : hex + "0";
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            client.send(HexFormat.of().parseHex(even));
            if (code == 1009) {
                client.send(new byte[0x1001]);
            }

            assertThat(client.readFrame().closeCode()).as(name).isEqualTo(code);
            assertThat(client.isClosed()).as("closed, though the client answers nothing").isTrue();
            assertThat(server.reader(0).cancelled).hasValue(1);
            await().until(() -> server.open("websocket") == 0);
        }
    }

    @Test
    void aMessageInManyFragmentsHasTheSameLimit() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            client.frame(0x01, new byte[4000]).frame(0x00, new byte[97]);

            assertThat(client.readFrame().closeCode()).isEqualTo(1009);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cancel", "{}", "{\"type\":\"other\"}", "{\"type\":\"cancel\",\"x\":1}",
        "{\"type\":\"cancel\"} {}", "[\"cancel\"]", "{\"type\":\"x\",\"type\":\"cancel\"}"})
    void anyOtherMessageIsRefused(String message) throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            client.frame(TEXT, bytes(message));

            assertThat(client.readFrame().closeCode()).isEqualTo(4400);
            assertThat(server.cancels).hasValue(0);
        }
    }

    @Test
    void aCloseIsAnsweredAndEndsTheSubscription() throws Exception {
        try (StreamServer server = new StreamServer();
                RawClient coded = new RawClient(server.port);
                RawClient bare = new RawClient(server.port)) {
            coded.upgrade("/socket");
            coded.frame(CLOSE, new byte[]{3, (byte) 0xe9});
            assertThat(coded.readFrame().closeCode()).isEqualTo(1001);
            assertThat(coded.isClosed()).isTrue();
            bare.upgrade("/socket");
            bare.frame(CLOSE, new byte[0]);
            assertThat(bare.readFrame().closeCode()).isEqualTo(1000);
            assertThat(bare.isClosed()).isTrue();

            await().until(() -> server.open("websocket") == 0);
            assertThat(server.reader(0).cancelled).hasValue(1);
            assertThat(server.reader(1).cancelled).hasValue(1);
        }
    }

    @Test
    void whoDoesNotAnswerTwoPingsIsGone() throws Exception {
        StreamsConfig config = new StreamsConfig(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofMillis(100), 1,
                1);
        try (StreamServer server = new StreamServer(config); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            for (int i = 0; i < 4; i++) {
                assertThat(client.readFrame().first()).isEqualTo(PING);
                client.frame(PONG, new byte[0]);
            }
            assertThat(client.readFrame().first()).isEqualTo(PING);
            assertThat(client.readFrame().first()).isEqualTo(PING);
            assertThat(client.isClosed()).isTrue();
            await().until(() -> server.open("websocket") == 0);
            assertThat(server.reader(0).cancelled).hasValue(1);
        }
    }

    @Test
    void drainingClosesWithRestart() throws Exception {
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port)) {
            client.upgrade("/socket");
            server.reader(0);
            Future<Void> drained = server.streams.drain(Duration.ZERO);
            Frame close = client.readFrame();
            client.frame(CLOSE, new byte[]{3, (byte) 0xf4});

            assertThat(close.closeCode()).isEqualTo(1012);
            assertThat(close.payload().getString(2, close.payload().length())).contains("resume");
            drained.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(server.reader(0).cancelled).hasValue(1);
            assertThat(server.open("websocket")).isZero();
        }
    }

    @Test
    void aReaderThatStallsGetsEverythingOnceItReads() throws Exception {
        int batches = 400;
        String data = "{\"text\":\"" + "x".repeat(16 * 1024) + "\"}";
        try (StreamServer server = new StreamServer(); RawClient client = new RawClient(server.port, 4096)) {
            client.upgrade("/socket");
            Script.Reader reader = server.reader(0);
            for (int i = 1; i <= batches; i++) {
                reader.write(batch(event(i, EventType.OUTPUT, data)));
            }
            reader.then(Subscriber::end);
            await().until(() -> reader.written.get() > 0);
            assertThat(reader.written.get()).isLessThan(batches);

            for (int i = 1; i <= batches; i++) {
                assertThat(client.readFrame().text()).startsWith("{\"id\":\"1-" + i + "\",");
            }
            assertThat(client.readFrame().closeCode()).isEqualTo(1000);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
