package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong, over real HTTP: each has its answer, and the server goes on. */
class HostileRequestTest {
    private static final String POST = "POST /v1/skills HTTP/1.1\r\nHost: x\r\n";
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void withoutCredentialNothingIsTold() {
        var answer = api.get(null, "/v1/skills");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(api.get("wk_unknown", "/v1/skills").status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/skills", "Authorization", "Basic abc").status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/runs/run_1/events").status()).isEqualTo(401);
    }

    @Test
    void twoCredentialsAreOneTooMany() {
        String bearer = "Bearer " + api.owner;
        assertThat(api.get(null, "/v1/skills", "Authorization", bearer, "Authorization", bearer).status())
                .isEqualTo(400);
        assertThat(api.get(api.owner, "/v1/runs/run_1?ticket=x").status()).isEqualTo(400);
    }

    @Test
    void aTicketOpensItsRunOnlyAndOnlyForReading() {
        var permit = new dev.weir.feature.access.Access(null, null, api.tickets)
                .member(new dev.weir.kernel.Caller(new dev.weir.kernel.TenantId("acme"), "olga",
                        dev.weir.kernel.Role.OWNER));
        String ticket = api.tickets.issue(permit, "run_1").token().reveal();

        assertThat(api.get(null, "/v1/runs/run_2?ticket=" + ticket).status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/runs/run_2/events?ticket=" + ticket).status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/runs/run_1/events?ticket=forged").status()).isEqualTo(401);
        assertThat(api.send("POST", null, "/v1/runs/run_1/cancel?ticket=" + ticket, "").status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/skills?ticket=" + ticket).status()).isEqualTo(401);
        assertThat(api.get(null, "/v1/runs/run_1/events?after=bad&ticket=" + ticket).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1-0", "01-1", "-1-1", "1-1-1", "1-9999999999999999999", "0-0"})
    void wrongCursorsAreNamed(String cursor) {
        var page = api.get(api.owner, "/v1/runs/run_1/events?after=" + cursor);
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.json().getString("detail")).contains("after").doesNotContain("9999");
        var stream = api.get(api.owner, "/v1/runs/run_1/events", "Accept", "text/event-stream", "Last-Event-ID",
                cursor);
        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.json().getString("detail")).contains("Last-Event-ID");
    }

    @ParameterizedTest
    @CsvSource({"/v1/runs?nope=1", "/v1/runs?limit=0", "/v1/runs?limit=1&limit=2", "/v1/runs?status=odd",
        "/v1/runs?created_after=yesterday", "/v1/runs/run_1/events?limit=1001", "/v1/runs/run_1/events?wait=61",
        "/v1/runs/run_1/events?wait=-1", "/v1/skills?after=%2e%2e", "/v1/skills?%zz=1", "/v1/skills/-bad",
        "/v1/skills/a%2Fb", "/v1/skills/%00", "/v1/runs/..%2f..%2fx", "/v1/runs/r%C3%BCn", "/openapi.yaml?x=1"})
    void wrongArgumentsAre400(String path) throws IOException {
        var answer = exchange(
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + api.owner
                        + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    @Test
    void unknownPathsAndMethods() throws IOException {
        assertThat(api.get(api.owner, "/nowhere").status()).isEqualTo(404);
        assertThat(api.get(api.owner, "/nowhere").header("Content-Type")).isEqualTo("application/problem+json");
        var wrong = api.send("PUT", api.owner, "/v1/skills", "{}");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.header("Allow")).isEqualTo("OPTIONS, GET, POST");
        assertThat(wrong.header("Content-Type")).isEqualTo("application/problem+json");
        var options = api.send("OPTIONS", null, "/v1/skills", "");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("OPTIONS, GET, POST");
        assertThat(options.header("Access-Control-Allow-Origin")).isNull();
        assertThat(exchange("TRACE /v1/skills HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
        assertThat(exchange("BREW /v1/skills HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void theTypeOfABodyMatters() {
        assertThat(api.send("POST", api.owner, "/v1/skills", "{}", "Content-Type", "text/plain").status())
                .isEqualTo(415);
        assertThat(api.send("POST", api.owner, "/v1/skills", "{}", "Accept", "*/*").status()).isEqualTo(415);
        assertThat(api
                .send("POST", api.owner, "/v1/skills", "{}", "Content-Type", "application/json", "Content-Encoding",
                        "gzip")
                .status()).isEqualTo(415);
        assertThat(api.send("POST", api.owner, "/v1/skills", "{\"name\":\"typed\"}", "Content-Type",
                "application/json; charset=UTF-8").status()).isEqualTo(201);
        assertThat(api.get(api.owner, "/v1/runs/run_1/events", "Accept", "image/png").status()).isEqualTo(406);
        assertThat(api.get(api.owner, "/v1/runs/run_1/socket").status()).isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"name\":\"a\",\"name\":\"b\"}", "[]", "{} x", "{\"name\":NaN}"})
    void malformedJsonIs400(String body) {
        assertThat(api.send("POST", api.owner, "/v1/skills", body).status()).isEqualTo(400);
    }

    @Test
    void deepNestingIs400() {
        assertThat(api.send("POST", api.owner, "/v1/skills", "[".repeat(30_000)).status()).isEqualTo(400);
    }

    @Test
    void aBodyThatIsDeclaredTooLargeIsRefusedUnread() throws IOException {
        assertThat(exchange(authorised("Content-Length: 99999999\r\n"))).startsWith("HTTP/1.1 413")
                .contains("onnection: close");
    }

    @Test
    void anEndlessBodyIsCutOff() throws IOException {
        long sent = 0;
        try (Socket socket = api.raw(authorised("Transfer-Encoding: chunked\r\n"))) {
            byte[] chunk = ("2000\r\n" + "x".repeat(0x2000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            while (sent < 64L * 1024 * 1024) {
                out.write(chunk);
                sent += chunk.length;
            }
        } catch (SocketException cutOff) {
            assertThat(sent).isLessThan(32L * 1024 * 1024);
        }
        assertThat(sent).isLessThan(64L * 1024 * 1024);
        assertThat(api.get(api.owner, "/v1/skills").status()).isEqualTo(200);
    }

    @Test
    void aChunkedBodyOverTheLimitIs413() throws IOException {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        assertThat(exchange(authorised("Transfer-Encoding: chunked\r\n") + chunk.repeat(5) + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void theBodyComesAfterThePermission() throws IOException {
        String head = POST + "Content-Type: text/plain\r\nContent-Length: 99999999\r\nConnection: close\r\n";
        assertThat(exchange(head + "\r\n")).startsWith("HTTP/1.1 401");
        assertThat(exchange(head + "Authorization: Bearer " + api.developer + "\r\n\r\n")).startsWith("HTTP/1.1 403");
        assertThat(exchange(head + "Authorization: Bearer " + api.owner + "\r\n\r\n")).startsWith("HTTP/1.1 415");
    }

    @Test
    void aClientThatWaitsForContinueIsToldFirst() throws IOException {
        String refused = exchange(POST + "Authorization: Bearer " + api.developer
                + "\r\nContent-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        assertThat(refused).startsWith("HTTP/1.1 403");
        try (Socket socket = api.raw(POST + "Authorization: Bearer " + api.owner
                + "\r\nContent-Type: application/json\r\nContent-Length: 17\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")) {
            byte[] go = socket.getInputStream().readNBytes(25);
            assertThat(new String(go, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100 Continue");
            socket.getOutputStream().write("{\"name\":\"waited\"}".getBytes(StandardCharsets.US_ASCII));
            assertThat(read(socket)).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aSmallBodyNobodyReadLeavesTheConnectionUsable() throws IOException {
        String denied = POST + "Content-Length: 5\r\n\r\nhello";
        String answers = exchange(denied + "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answers).startsWith("HTTP/1.1 401").contains("HTTP/1.1 200 OK").contains("openapi: 3.1");
    }

    @Test
    void whatIsNotHttpIsAProblemToo() throws IOException {
        assertThat(exchange("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")).contains(" 414 ")
                .contains("application/problem+json");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(40_000) + "\r\n\r\n"))
                .contains(" 431 ")
                .contains("application/problem+json");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void signedUrlsAreTheOnlyWayToLocalPackages() {
        String digest = "a".repeat(64);
        assertThat(api.get(api.owner, "/_local/packages/" + digest).status()).isEqualTo(403);
        assertThat(api.get(null, "/_local/packages/" + digest + "?sig=good").status()).isEqualTo(404);
        assertThat(api.get(null, "/_local/packages/nope?sig=good").status()).isEqualTo(400);
        assertThat(api.send("PUT", null, "/_local/packages/uploads/up_1?sig=bad", "zip").status()).isEqualTo(403);
        assertThat(api.send("PUT", null, "/_local/packages/uploads/up_1?sig=good", "z".repeat(200_000)).status())
                .isEqualTo(413);
    }

    @Test
    void requestIdsComeBackOrAreMade() {
        assertThat(api.get(api.owner, "/v1/skills", "X-Request-Id", "mine-1").header("X-Request-Id"))
                .isEqualTo("mine-1");
        assertThat(api.get(api.owner, "/v1/skills", "X-Request-Id", "not legal!").header("X-Request-Id")).hasSize(16);
        assertThat(api.get(api.owner, "/v1/skills").header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(api.get(api.owner, "/v1/skills").header("Cache-Control")).isEqualTo("no-store");
    }

    private static String authorised(String header) {
        return POST + "Authorization: Bearer " + api.owner + "\r\nContent-Type: application/json\r\n" + header + "\r\n";
    }

    private static String exchange(String request) throws IOException {
        try (Socket socket = api.raw(request)) {
            return read(socket);
        }
    }

    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
