package dev.weir.edge.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.ServerConfig;
import dev.weir.config.ServerConfig.HttpLimits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client can do to the listener before any route is asked; every case over a raw socket. */
class FrontDoorTest {
    private static final int CAP = 4;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger served = new AtomicInteger();
    private final ConnectionCaps caps = new ConnectionCaps(config(Duration.ofSeconds(10)));
    private int port;

    @BeforeEach
    void listen() throws Exception {
        port = serve(config(Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Line breaks are written as {@code |}; every request is otherwise complete. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', delimiter = ';', ignoreLeadingAndTrailingWhitespace = false, value = {
        "transfer coding unknown;400;POST / HTTP/1.1|Host: t|Transfer-Encoding: xchunked||",
        "transfer coding not chunked at last;400;POST / HTTP/1.1|Host: t|Transfer-Encoding: chunked, xchunked||0||",
        "transfer coding twice;400;POST / HTTP/1.1|Host: t|Transfer-Encoding: gzip|Transfer-Encoding: chunked||0||",
        "transfer coding that is not undone;400;POST / HTTP/1.1|Host: t|Transfer-Encoding: gzip, chunked||0||",
        "transfer coding in 1.0;400;POST / HTTP/1.0|Host: t|Transfer-Encoding: chunked||0||",
        "chunks and length;400;POST / HTTP/1.1|Host: t|Content-Length: 5|Transfer-Encoding: chunked||0||",
        "two lengths;400;POST / HTTP/1.1|Host: t|Content-Length: 5|Content-Length: 6||12345",
        "list of lengths;400;POST / HTTP/1.1|Host: t|Content-Length: 5, 5||12345",
        "signed length;400;POST / HTTP/1.1|Host: t|Content-Length: +5||12345",
        "two hosts;400;GET / HTTP/1.1|Host: t|Host: u||",
        "no host;400;GET / HTTP/1.1||",
        "empty host;400;GET / HTTP/1.1|Host: ||",
        "host with a path;400;GET / HTTP/1.1|Host: t/x||",
        "folded header;400;GET / HTTP/1.1|Host: t|X: a| b||",
        "folded header in the middle;400;GET / HTTP/1.1|X: a|\tb|Host: t||",
        "white space before the first header;400;GET / HTTP/1.1| Host: t||",
        "white space before the colon;400;GET / HTTP/1.1|Host: t|X : a||",
        "white space in a name;400;GET / HTTP/1.1|Host: t|X Y: a||",
        "control character in a name;400;GET / HTTP/1.1|Host: t|X\u0001: a||",
        "control character in a value;400;GET / HTTP/1.1|Host: t|X: a\u0001b||",
        "NUL in a value;400;GET / HTTP/1.1|Host: t|X: a\u0000b||",
        "header without a colon;400;GET / HTTP/1.1|Host: t|X||",
        "header without a name;400;GET / HTTP/1.1|Host: t|: a||",
        "absolute target;400;GET http://t/ HTTP/1.1|Host: t||",
        "asterisk target;400;OPTIONS * HTTP/1.1|Host: t||",
        "target with a fragment;400;GET /a#b HTTP/1.1|Host: t||",
        "target with a backslash;400;GET /a\\b HTTP/1.1|Host: t||",
        "target beyond ASCII;400;GET /\u00e9 HTTP/1.1|Host: t||",
        "TRACE;405;TRACE / HTTP/1.1|Host: t||",
        "CONNECT;405;CONNECT /t:1 HTTP/1.1|Host: t||",
        "garbage;400;\u0016\u0003\u0001\u0002||||",
        "no version;400;GET /|Host: t||",
        "HTTP/2 preface;505;PRI * HTTP/2.0||SM||",
        "version of the future;505;GET / HTTP/3.0|Host: t||"})
    void isRefusedWithAProblemAndTheEndOfTheConnection(String name, int status, String request) throws Exception {
        try (RawClient client = new RawClient(port)) {
            String answer = client.send(http(request)).readAll();

            assertThat(answer).as(name).containsPattern("^HTTP/1\\.[01] " + status + " ");
            assertThat(answer).containsIgnoringCase("content-type: application/problem+json")
                    .contains("\"status\":" + status);
            assertThat(answer.split("HTTP/1\\.[01] ", -1)).as("answers").hasSize(2);
            assertThat(served).hasValue(0);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', delimiter = '~', value = {
        "bad chunk size~POST /read HTTP/1.1|Host: t|Transfer-Encoding: chunked||xyz|",
        "chunk size over 64 bits~POST /read HTTP/1.1|Host: t|Transfer-Encoding: chunked||10000000000000005|12345|0||",
        "chunk without its end~POST /read HTTP/1.1|Host: t|Transfer-Encoding: chunked||1|ab|0||",
        "bare LF in a chunk extension~POST /read HTTP/1.1|Host: t|Transfer-Encoding: chunked||1;a^b|a|0||"})
    void aBodyWhoseEndIsInDoubtEndsTheConnection(String name, String request) throws Exception {
        try (RawClient client = new RawClient(port)) {
            String answer = client.send(http(request)).readAll();

            assertThat(answer).as(name).doesNotContain(" 200 ");
        }
    }

    @Test
    void longRequestLinesAndHeadersHaveTheirOwnAnswers() throws Exception {
        try (RawClient line = new RawClient(port); RawClient header = new RawClient(port)) {
            assertThat(line.send("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: t\r\n\r\n").readAll())
                    .startsWith("HTTP/1.0 414 ");
            assertThat(header.send("GET / HTTP/1.1\r\nHost: t\r\nX: " + "a".repeat(17_000) + "\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void anUpgradeToClearTextHttp2IsIgnored() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send(http(
                    "GET / HTTP/1.1|Host: t|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMA||"));

            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void goodRequestsShareAConnection() throws Exception {
        try (RawClient client = new RawClient(port)) {
            for (int i = 0; i < 3; i++) {
                client.send(http("|POST /read HTTP/1.1|Host: t:80|Transfer-Encoding: chunked||3| a\n|0||"));
                assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 ");
            }
            client.send(http("GET / HTTP/1.1|Host: t||GET / HTTP/1.1|Host: t| X: folded||"));
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 ");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aFoldThatComesInAnotherPacketIsSeen() throws Exception {
        try (RawClient client = new RawClient(port)) {
            for (byte b : http("GET / HTTP/1.1|Host: t|X: a| b||").getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[]{b});
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aSmallBodyThatWasNotWantedKeepsTheConnection() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send("POST /refuse HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readUntil("no")).startsWith("HTTP/1.1 413 ");
            client.send("bodyGET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void anEndlessBodyIsNotReadOnceItWasRefused() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send("POST /refuse HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2000\r\n" + "x".repeat(0x2000) + "\r\n";
            long sent = 0;
            try {
                while (sent < 64L * 1024 * 1024) {
                    client.send(chunk);
                    sent += chunk.length();
                }
            } catch (SocketException closed) {
                assertThat(sent).isLessThan(32L * 1024 * 1024);
            }
            assertThat(sent).as("taken, with what lies in the sockets' buffers").isLessThan(32L * 1024 * 1024);
        }
    }

    @Test
    void aBodyThatNeverEndsAfterItsAnswerEndsTheConnection() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send("POST /refuse HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ").endsWith("no");
        }
    }

    @Test
    void aHeadThatDoesNotComeInTimeEndsTheConnection() throws Exception {
        int impatient = serve(config(Duration.ofMillis(200)));
        try (RawClient silent = new RawClient(impatient); RawClient slow = new RawClient(impatient)) {
            slow.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(slow.readUntil("ok")).startsWith("HTTP/1.1 200 ");
            slow.send("GET / HTTP/1.1\r\nHo");

            assertThat(silent.isClosed()).isTrue();
            assertThat(slow.isClosed()).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheCapAreClosedAndPlacesGivenBack() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CAP; i++) {
                clients.add(answered());
            }
            assertThat(caps.open()).isEqualTo(CAP);
            for (int i = 0; i < 3; i++) {
                try (RawClient refused = new RawClient(port)) {
                    assertThat(refused.isClosed()).isTrue();
                }
            }
            assertThat(caps.open()).isEqualTo(CAP);
            clients.removeLast().close();
            await().until(() -> caps.open() == CAP - 1);
            clients.add(answered());
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        await().until(() -> caps.open() == 0);
    }

    /** Line breaks are written as {@code |}, lone line feeds as {@code ^}. */
    private static String http(String request) {
        return request.replace("|", "\r\n").replace("^", "\n");
    }

    private RawClient answered() throws IOException {
        RawClient client = new RawClient(port);
        assertThat(client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n").readUntil("ok")).startsWith("HTTP/1.1 200 ");
        return client;
    }

    private int serve(ServerConfig config) throws Exception {
        HttpServer server = vertx.createHttpServer(FrontDoor.options(config)).requestHandler(request -> {
            served.incrementAndGet();
            switch (request.path()) {
                case "/refuse" -> request.response().setStatusCode(413).end("no");
                case "/read" -> request.body()
                        .onSuccess(_ -> request.response().end("ok"))
                        .onFailure(_ -> request.connection().close());
                default -> request.response().end("ok");
            }
        });
        FrontDoor.guard(server, config, caps);
        return server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
    }

    private static ServerConfig config(Duration headerTimeout) {
        return new ServerConfig("127.0.0.1", 0, "", Duration.ofMinutes(1), headerTimeout, 16 * 1024, 100, CAP,
                new HttpLimits(1024, 1024), Duration.ZERO);
    }
}
