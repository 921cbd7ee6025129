package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.feature.webhook.Courier.Fault;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.platform.http.GuardedCourier.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The courier against receivers that are slow, dead, lying or endless. */
class GuardedCourierTest {
    private static final String NAME = "hooks.weir.dev";
    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration HASTY = Duration.ofMillis(400);
    private static Vertx vertx;
    private static PfxOptions key;
    private static PfxOptions otherKey;

    private final ScriptedNames names = new ScriptedNames().answer("127.0.0.1");

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        vertx = Vertx.vertx();
        key = Receiver.key(directory, NAME);
        otherKey = Receiver.key(directory, "other.weir.dev");
    }

    @AfterAll
    static void close() {
        Answers.of(vertx.close());
    }

    @Test
    void connectsToTheCheckedAddressUnderTheNameThatWasGiven() {
        names.answer("127.0.0.1").then("127.0.0.2");
        Receiver receiver = Receiver.tls(vertx, key, Receiver.says("HTTP/1.1 204 No Content\r\n\r\n"));
        Letter letter = new Letter("https://Hooks.Weir.Dev:" + receiver.port() + "/in?a=%20b",
                Map.of("webhook-id", "msg_1"), Buffer.buffer("{\"a\":\"\u00fc\"}"));
        assertThat(Answers.of(courier(PATIENT).send(letter))).isEqualTo(answered(204));
        assertThat(names.asked()).isEqualTo(1);
        assertThat(receiver.serverNames).containsExactly(NAME);
        String request = receiver.requests.getFirst();
        assertThat(request).startsWith("POST /in?a=%20b HTTP/1.1\r\n").endsWith("\r\n\r\n{\"a\":\"\u00fc\"}");
        assertThat(request.toLowerCase(Locale.ROOT)).contains("\r\nhost: " + NAME + ":" + receiver.port()
                + "\r\n", "\r\nwebhook-id: msg_1\r\n", "\r\ncontent-type: application/json\r\n",
                "\r\ncontent-length: 10\r\n").doesNotContain("accept-encoding", "transfer-encoding");
    }

    @Test
    void aCertificateForAnotherNameIsRefusedBeforeAnythingIsSent() {
        Receiver receiver = Receiver.tls(vertx, otherKey,
                Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        HttpClientOptions trusting = new HttpClientOptions().setTrustOptions(otherKey);
        GuardedCourier courier = new GuardedCourier(vertx, names, new Settings(PATIENT, true, ""), new HandClock(),
                trusting);
        assertThat(Answers.of(courier.send(letter("https", NAME, receiver)))).isEqualTo(failed(Fault.BAD_TLS));
        assertThat(Answers.of(courier.send(letter("https", "other.weir.dev", receiver)))).isEqualTo(answered(200));
        assertThat(receiver.requests).hasSize(1);
    }

    @Test
    void aCertificateOfNobodyTrustedIsRefused() {
        Receiver receiver = Receiver.tls(vertx, otherKey,
                Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        assertThat(send("https", "other.weir.dev", receiver)).isEqualTo(failed(Fault.BAD_TLS));
        Receiver noTls = Receiver.plain(vertx, Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        assertThat(Answers.of(courier(HASTY).send(letter("https", NAME, noTls)))).isInstanceOf(Reply.Failed.class);
        // Its hello is random bytes, and one of them in 256 ends as a request here does.
        assertThat(noTls.requests).noneMatch(request -> request.contains("POST"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsAnAnswerAndNotFollowed(int status) {
        Receiver inside = Receiver.plain(vertx, Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        Receiver receiver = Receiver.plain(vertx, Receiver.says("HTTP/1.1 " + status + " Moved\r\nLocation: http://"
                + "127.0.0.1:" + inside.port() + "/\r\nContent-Length: 0\r\n\r\n"));
        assertThat(send("http", NAME, receiver)).isEqualTo(answered(status));
        assertThat(inside.connections).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"429,120,120", "503,'Sun, 01 Mar 2026 12:01:00 GMT',60", "410,,", "200,,", "418,nonsense,"})
    void theStatusAndTheWishToWaitAreReported(int status, String retryAfter, Long seconds) {
        String header = retryAfter == null ? "" : "Retry-After: " + retryAfter + "\r\n";
        Receiver receiver = Receiver.plain(vertx,
                Receiver.says("HTTP/1.1 " + status + " X\r\n" + header + "Content-Length: 0\r\n\r\n"));
        assertThat(send("http", NAME, receiver)).isEqualTo(
                new Reply.Answered(status, Optional.ofNullable(seconds).map(Duration::ofSeconds)));
    }

    @Test
    void whoeverNeverAnswersIsGivenUpAndHungUpOn() {
        Receiver receiver = Receiver.plain(vertx, _ -> {});
        assertThat(Answers.of(courier(HASTY).send(letter("http", NAME, receiver)))).isEqualTo(failed(Fault.TIMED_OUT));
        await().until(() -> receiver.closed.get() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 2", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n"})
    void anAnswerThatNeverGetsToItsPointIsNone(String begin) {
        Receiver receiver = Receiver.plain(vertx, Receiver.says(begin));
        assertThat(Answers.of(courier(HASTY).send(letter("http", NAME, receiver)))).isEqualTo(failed(Fault.TIMED_OUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"})
    void whoeverSaysWithoutEndThatAnAnswerWillComeIsHungUpOn(String interim) {
        AtomicLong written = new AtomicLong();
        Receiver receiver = Receiver.plain(vertx, socket -> flood(socket, interim.repeat(50), written));
        assertThat(send("http", NAME, receiver)).isEqualTo(failed(Fault.BROKEN_OFF));
        await().until(() -> receiver.closed.get() == 1);
        assertThat(written.get()).isLessThan(10_000_000L);
        Receiver patient = Receiver.plain(vertx,
                Receiver.says(interim.repeat(3) + "HTTP/1.1 204 No Content\r\n\r\n"));
        assertThat(send("http", NAME, patient)).as("a few are fine").isEqualTo(answered(204));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void anAddressOfThisMachineIsNamedAsItShouldBe(String address) {
        assumeTrue(!address.contains(":") || hasSixes(), "IPv6 on the loopback interface");
        Receiver receiver = Receiver.plain(vertx, address,
                Receiver.says("HTTP/1.1 204 No Content\r\n\r\n"));
        String host = address.contains(":") ? "[" + address + "]" : address;
        assertThat(send("http", host, receiver)).isEqualTo(answered(204));
        assertThat(receiver.requests.getFirst().toLowerCase(Locale.ROOT))
                .contains("\r\nhost: " + host + ":" + receiver.port() + "\r\n");
        assertThat(Answers.of(courier(PATIENT).send(letter("https", host, receiver)))).as("no name to ask for")
                .isEqualTo(new Reply.Forbidden("ip-literal"));
        assertThat(receiver.connections).hasValue(1);
    }

    @Test
    void networksThatTheOperatorBlocksAreNotReached() {
        names.answer("93.184.216.34");
        GuardedCourier courier = new GuardedCourier(vertx, names, new Settings(PATIENT, false, "93.184.216.0/24"),
                new HandClock(), new HttpClientOptions());
        assertThat(Answers.of(courier.objection("https://" + NAME + "/"))).contains("blocked");
    }

    @Test
    void anEndlessBodyIsCutAfterTheStatusCounted() {
        Receiver receiver = Receiver.plain(vertx, socket -> {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            pour(socket);
        });
        assertThat(send("http", NAME, receiver)).isEqualTo(answered(200));
        await().until(() -> receiver.closed.get() == 1);
    }

    @Test
    void aBodyThatTricklesDoesNotTakeTheAnswerBack() {
        Receiver receiver = Receiver.plain(vertx, Receiver.says("HTTP/1.1 202 OK\r\nContent-Length: 99\r\n\r\nx"));
        assertThat(Answers.of(courier(HASTY).send(letter("http", NAME, receiver)))).isEqualTo(answered(202));
        Receiver unfinished = Receiver.plain(vertx, Receiver.says("HTTP/1.1 200 OK\r\n\r\n"));
        assertThat(send("http", NAME, unfinished)).isEqualTo(answered(200));
        await().until(() -> unfinished.closed.get() == 1);
        Receiver cut = Receiver.plain(vertx, socket -> {
            socket.write("HTTP/1.1 202 OK\r\nContent-Length: 99\r\n\r\nx");
            socket.close();
        });
        assertThat(send("http", NAME, cut)).isEqualTo(answered(202));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 abc OK\r\n\r\n", "{long}"})
    void whateverElseItSaysIsNoAnswer(String answer) {
        String text = answer.replace("{long}", "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\n\r\n");
        Receiver receiver = Receiver.plain(vertx, socket -> {
            socket.write(text);
            socket.close();
        });
        assertThat(send("http", NAME, receiver)).isEqualTo(failed(Fault.BROKEN_OFF));
    }

    @Test
    void aDeadAddressIsPassedOverWhileAnotherOneLives() {
        Receiver receiver = Receiver.plain(vertx, Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        names.answer("127.0.0.9", "127.0.0.1");
        assertThat(send("http", NAME, receiver)).isEqualTo(answered(200));
        names.answer("127.0.0.9", "127.0.0.8", "127.0.0.7", "127.0.0.1");
        assertThat(send("http", NAME, receiver)).as("three tries").isEqualTo(failed(Fault.UNREACHABLE));
    }

    @Test
    void aNameThatMovesInsideIsRefusedWhenItDoes() {
        Receiver receiver = Receiver.plain(vertx, Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        names.answer("127.0.0.1").then("10.0.0.1").then("127.0.0.1", "169.254.169.254").then();
        Letter letter = letter("http", NAME, receiver);
        assertThat(Answers.of(courier(PATIENT).send(letter))).isEqualTo(answered(200));
        assertThat(Answers.of(courier(PATIENT).send(letter))).isEqualTo(new Reply.Forbidden("not-https"));
        assertThat(Answers.of(courier(PATIENT).send(letter))).isEqualTo(new Reply.Forbidden("not-https"));
        assertThat(Answers.of(courier(PATIENT).send(letter))).isEqualTo(failed(Fault.UNRESOLVABLE));
        assertThat(receiver.connections).hasValue(1);
    }

    @Test
    void withoutTheSwitchThisHostIsNeverReached() {
        Receiver receiver = Receiver.tls(vertx, key, Receiver.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        GuardedCourier strict = new GuardedCourier(vertx, names, new Settings(PATIENT, false, ""), new HandClock(),
                new HttpClientOptions());
        assertThat(Answers.of(strict.send(letter("https", NAME, receiver)))).isEqualTo(new Reply.Forbidden("port"));
        assertThat(Answers.of(strict.send(new Letter("https://" + NAME + "/", Map.of(), Buffer.buffer("{}")))))
                .isEqualTo(new Reply.Forbidden("loopback"));
        assertThat(Answers.of(strict.send(letter("http", "127.0.0.1", receiver))))
                .isEqualTo(new Reply.Forbidden("not-https"));
        assertThat(receiver.connections).hasValue(0);
    }

    @Test
    void anObjectionNamesTheRule() {
        GuardedCourier courier = courier(PATIENT);
        assertThat(Answers.of(courier.objection("https://" + NAME + "/"))).isEmpty();
        assertThat(Answers.of(courier.objection("https://user@" + NAME + "/"))).contains("userinfo");
        names.answer("10.0.0.1");
        assertThat(Answers.of(courier.objection("https://" + NAME + "/"))).contains("private");
        names.answer();
        assertThat(Answers.of(courier.objection("https://" + NAME + "/"))).contains("unresolvable");
    }

    private static void flood(NetSocket socket, String interim, AtomicLong written) {
        written.addAndGet(interim.length());
        if (written.get() < 100_000_000L) {
            socket.write(interim).onSuccess(_ -> flood(socket, interim, written));
        }
    }

    private static boolean hasSixes() {
        try {
            return OwnAddresses.ofThisMachine().contains(AddressRules.read("::1").orElseThrow());
        } catch (SocketException unknown) {
            return false;
        }
    }

    /** Writes for as long as the other side takes it. */
    private static void pour(NetSocket socket) {
        socket.write(Buffer.buffer("1000\r\n").appendString("x".repeat(0x1000)).appendString("\r\n"))
                .onSuccess(_ -> pour(socket));
    }

    private Reply send(String scheme, String host, Receiver receiver) {
        return Answers.of(courier(PATIENT).send(letter(scheme, host, receiver)));
    }

    private GuardedCourier courier(Duration timeout) {
        return new GuardedCourier(vertx, names, new Settings(timeout, true, ""), new HandClock(),
                new HttpClientOptions().setTrustOptions(key));
    }

    private static Letter letter(String scheme, String host, Receiver receiver) {
        return new Letter(scheme + "://" + host + ":" + receiver.port() + "/", Map.of(), Buffer.buffer("{}"));
    }

    private static Reply answered(int status) {
        return new Reply.Answered(status, Optional.empty());
    }

    private static Reply failed(Fault fault) {
        return new Reply.Failed(fault);
    }
}
