package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.FAST;
import static dev.weir.emulator.EmulatorFixture.SESSION_HEADER;
import static dev.weir.emulator.EmulatorFixture.await;
import static dev.weir.emulator.EmulatorFixture.newSession;
import static dev.weir.emulator.EmulatorFixture.sessionHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.EmulatorConfig;
import dev.weir.config.EmulatorConfig.Faults;
import dev.weir.emulator.EmulatorFixture.Answer;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import dev.weir.kernel.Redacted;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmulatorHttpTest {
    @TempDir
    Path dir;
    private EmulatorFixture emulator;

    @AfterEach
    void close() {
        emulator.close();
    }

    private void start() {
        emulator = new EmulatorFixture(dir);
    }

    private void start(Faults faults, Tuning tuning) {
        emulator = new EmulatorFixture(dir, EmulatorFixture.config(EmulatorConfig.DEFAULT.limits(), faults), tuning);
    }

    @Test
    void oneSessionIsOneContainerWithItsOwnDirectory() {
        start();
        String session = newSession();

        Answer first = emulator.invoke(session, "{\"a\":1}");
        Answer second = emulator.invoke(session, "dir");
        emulator.invoke(newSession(), "{}");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("{\"a\":1}");
        assertThat(first.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(first.headers().get(SESSION_HEADER)).isEqualTo(session);
        assertThat(first.headers().get("x-amzn-RequestId")).isNotBlank();
        assertThat(second.body()).isEqualTo("true");
        assertThat(emulator.container.started).hasValue(2);
        assertThat(emulator.container.lastHeaders).containsKey(SESSION_HEADER.toLowerCase(Locale.ROOT))
                .doesNotContainKey("authorization");
    }

    @Test
    void aCallWithoutASessionGetsANewOne() {
        start();

        Answer answer = emulator.invoke(null, "{}");

        assertThat(answer.headers().get(SESSION_HEADER)).hasSizeBetween(33, 100);
    }

    @Test
    void stoppingEndsTheSessionOnceAndAnotherCallStartsAClean() {
        start();
        String session = newSession();
        emulator.invoke(session, "{}");
        Path sessionDir = emulator.container.directories.getFirst();

        Answer stopped = emulator.stop(session);

        assertThat(stopped.status()).isEqualTo(200);
        assertThat(stopped.headers().get(SESSION_HEADER)).isEqualTo(session);
        assertThat(Files.exists(sessionDir)).isFalse();
        assertThat(emulator.stop(session).error()).isEqualTo("ResourceNotFoundException");
        assertThat(emulator.invoke(session, "dir").body()).isEqualTo("true");
        assertThat(emulator.container.started).hasValue(2);
        assertThat(emulator.stop(null).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"32,400", "33,200", "256,200", "257,400"})
    void aSessionIdHas33To256Characters(int length, int status) {
        start();

        Answer answer = emulator.invoke("s".repeat(length), "{}");

        assertThat(answer.status()).isEqualTo(status);
        if (status == 400) {
            assertThat(answer.error()).isEqualTo("ValidationException");
            assertThat(answer.body()).contains("fieldList", "runtimeSessionId", "FieldValidationFailed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A000000000000%3Aruntime%2Fnone/invocations, 404, ResourceNotFoundException",
        "POST, /runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-west-2%3A000000000000%3Aruntime%2Fskills/invocations, 400, ValidationException",
        "POST, /runtimes/skills/invocations, 400, ValidationException",
        "POST, /runtimes/skills/invocations?accountId=000000000000, 200,",
        "POST, /runtimes/skills/invocations?accountId=000000000000&qualifier=beta, 404, ResourceNotFoundException",
        "GET, /runtimes/skills/invocations, 405, MethodNotAllowedException",
        "POST, /runtimes/skills/ws, 405, MethodNotAllowedException",
        "POST, /runtimes/skills/orders, 404, UnknownOperationException",
        "GET, /, 404, UnknownOperationException"})
    void aPathThatMeansNothingHereSaysSo(String method, String target, int status, String error) {
        start();
        URI uri = URI.create("http://127.0.0.1:" + emulator.port + target);

        Answer answer = await(emulator.send(method, target,
                emulator.signer().headers(method, uri, "", sessionHeader(newSession())), ""));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error()).isEqualTo(error);
    }

    @Test
    void onlyTheHolderOfTheKeyMayCall() {
        start();
        URI uri = emulator.uri("/invocations");
        MultiMap good = emulator.signer().headers("POST", uri, "{}", sessionHeader(newSession()));
        Credentials otherSecret = new Credentials(emulator.credentials.accessKeyId(), new Redacted("x".repeat(40)));
        MultiMap wrongSecret = new Signed(otherSecret, Clock.systemUTC()).headers("POST", uri, "{}",
                sessionHeader(newSession()));
        MultiMap wrongKey = new Signed(Credentials.generate(), Clock.systemUTC()).headers("POST", uri, "{}",
                sessionHeader(newSession()));

        assertThat(error(good, "{}")).isNull();
        assertThat(error(good, "{\"other\":1}")).isEqualTo("InvalidSignatureException");
        assertThat(error(wrongSecret, "{}")).isEqualTo("InvalidSignatureException");
        assertThat(error(wrongKey, "{}")).isEqualTo("UnrecognizedClientException");
        assertThat(error(MultiMap.caseInsensitiveMultiMap(), "{}")).isEqualTo("MissingAuthenticationTokenException");
        emulator.clockOffset = Duration.ofMinutes(6);
        assertThat(error(good, "{}")).isEqualTo("InvalidSignatureException");
        assertThat(emulator.container.started).hasValue(1);
    }

    private String error(MultiMap headers, String body) {
        Answer answer = await(emulator.send("POST", emulator.uri("/invocations").getRawPath(), headers, body));
        assertThat(answer.status()).isIn(200, 403);
        return answer.error();
    }

    @Test
    void aFailingContainerIsARuntimeClientErrorWithoutItsBody() {
        start();

        Answer answer = emulator.invoke(newSession(), "fail");

        assertThat(answer.status()).isEqualTo(424);
        assertThat(answer.error()).isEqualTo("RuntimeClientError");
        assertThat(answer.message()).contains("500");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void aContainerThatDoesNotAnswerInTimeIsARuntimeClientError() {
        start(Faults.NONE,
                new Tuning(FAST.poll(), FAST.start(), Duration.ofMillis(100), FAST.stream(), FAST.stop(), 5));

        assertThat(emulator.invoke(newSession(), "hang").error()).isEqualTo("RuntimeClientError");
        await().until(() -> emulator.container.openInvocations.get() == 0);
    }

    @Test
    void aContainerThatDoesNotComeUpIsARuntimeClientErrorAndLeavesNothing() {
        start(Faults.NONE, new Tuning(FAST.poll(), Duration.ofMillis(100), FAST.response(), FAST.stream(), FAST.stop(),
                5));
        emulator.container.ping = "";

        Answer answer = emulator.invoke(newSession(), "{}");

        assertThat(answer.error()).isEqualTo("RuntimeClientError");
        assertThat(answer.message()).contains("initialization time exceeded");
        assertThat(emulator.container.stopped).hasValue(1);
        assertThat(Files.exists(emulator.container.directories.getFirst())).isFalse();
        assertThat(emulator.health().getInteger("sessions")).isZero();
    }

    @Test
    void callsDuringAColdStartConflictUnlessTheyAreToldToWait() {
        start(new Faults(Duration.ofMillis(300), true, Duration.ZERO, Duration.ZERO), FAST);
        String session = newSession();
        Future<Answer> first = emulator.call("POST", "/invocations", session, "{}");
        await().until(() -> emulator.health().getInteger("sessions") == 1);

        Answer second = emulator.invoke(session, "{}");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.error()).isEqualTo("RetryableConflictException");
        assertThat(await(first).status()).isEqualTo(200);
    }

    @Test
    void withoutTheConflictSwitchCallsDuringAColdStartShareIt() {
        start(new Faults(Duration.ofMillis(100), false, Duration.ZERO, Duration.ZERO), FAST);
        String session = newSession();

        Future<Answer> first = emulator.call("POST", "/invocations", session, "{}");
        Future<Answer> second = emulator.call("POST", "/invocations", session, "{}");

        assertThat(await(first).status()).isEqualTo(200);
        assertThat(await(second).status()).isEqualTo(200);
        assertThat(emulator.container.started).hasValue(1);
    }

    @Test
    void moreSessionsThanAllowedAreRefused() {
        start(Faults.NONE, new Tuning(FAST.poll(), FAST.start(), FAST.response(), FAST.stream(), FAST.stop(), 1));
        emulator.invoke(newSession(), "{}");

        assertThat(emulator.invoke(newSession(), "{}").error()).isEqualTo("ServiceQuotaExceededException");
    }

    @Test
    void anAnnouncedPayloadThatIsTooLargeIsRefusedBeforeItComes() throws IOException {
        start();

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), emulator.port)) {
            socket.getOutputStream().write(("POST " + emulator.uri("/invocations").getRawPath()
                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000001\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("ValidationException", "payload");
        }
    }

    @Test
    void anIdleSessionEndsAndABusyOneStays() {
        start();
        String session = newSession();
        emulator.invoke(session, "{}");
        emulator.container.ping = "{\"status\":\"HealthyBusy\"}";
        awaitPings(2);

        emulator.clockOffset = Duration.ofMinutes(16);
        awaitPings(3);
        assertThat(emulator.health().getInteger("sessions")).isEqualTo(1);

        emulator.container.ping = "{\"status\":\"Healthy\",\"time_of_last_update\":1}";
        awaitPings(2);
        emulator.clockOffset = Duration.ofMinutes(33);
        await().until(() -> emulator.health().getInteger("sessions") == 0);
        assertThat(emulator.container.stopped).hasValue(1);
    }

    @Test
    void aSessionEndsAtItsMaximumLifetimeHoweverBusy() {
        start();
        emulator.container.ping = "{\"status\":\"HealthyBusy\"}";
        emulator.invoke(newSession(), "{}");

        emulator.clockOffset = Duration.ofHours(9);

        await().until(() -> emulator.health().getInteger("sessions") == 0);
    }

    @Test
    void anInvocationInFlightKeepsItsSession() {
        start();
        Future<Answer> hanging = emulator.call("POST", "/invocations", newSession(), "hang");
        await().until(() -> emulator.container.openInvocations.get() == 1);

        emulator.clockOffset = Duration.ofMinutes(20);
        awaitPings(4);

        assertThat(emulator.health().getInteger("sessions")).isEqualTo(1);
        assertThat(hanging.isComplete()).isFalse();
    }

    @Test
    void stoppingASessionEndsItsInvocations() {
        start();
        String session = newSession();
        Future<Answer> hanging = emulator.call("POST", "/invocations", session, "hang");
        await().until(() -> emulator.container.openInvocations.get() == 1);

        assertThat(emulator.stop(session).status()).isEqualTo(200);

        assertThat(await(hanging).error()).isEqualTo("RuntimeClientError");
    }

    private void awaitPings(int more) {
        int from = emulator.container.pings.get();
        await().until(() -> emulator.container.pings.get() >= from + more);
    }
}
