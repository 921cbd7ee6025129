package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.FAST;
import static dev.weir.emulator.EmulatorFixture.SESSION_HEADER;
import static dev.weir.emulator.EmulatorFixture.await;
import static dev.weir.emulator.EmulatorFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.config.EmulatorConfig.Faults;
import dev.weir.config.EmulatorConfig.Limits;
import dev.weir.emulator.session.Tuning;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulatorSocketTest {
    private static final Limits LIMITS = new Limits(64 * 1024, 250, Duration.ofHours(1));

    @TempDir
    Path dir;
    private EmulatorFixture emulator;

    @AfterEach
    void close() {
        emulator.close();
    }

    private void start(Limits limits, Faults faults, Tuning tuning) {
        emulator = new EmulatorFixture(dir, EmulatorFixture.config(limits, faults), tuning);
    }

    private void start() {
        start(LIMITS, Faults.NONE, FAST);
    }

    @Test
    void framesPassBothWaysAsTheyAre() {
        start();
        Probe probe = new Probe(emulator.connect(newSession()));
        Buffer binary = Buffer.buffer(new byte[64 * 1024]);

        probe.socket.writeTextMessage("h\u00e9llo");
        probe.socket.writeFrame(WebSocketFrame.binaryFrame(binary, true));
        probe.socket.writeFrame(WebSocketFrame.textFrame("one ", false));
        probe.socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("two"), true));

        await().until(() -> probe.frames.size() == 4);
        assertThat(probe.frames.get(0).textData()).isEqualTo("h\u00e9llo");
        assertThat(probe.frames.get(1).isBinary()).isTrue();
        assertThat(probe.frames.get(1).binaryData()).isEqualTo(binary);
        assertThat(probe.frames.get(2).isFinal()).isFalse();
        assertThat(probe.frames.get(3).isContinuation()).isTrue();
    }

    @Test
    void theHandshakeNamesTheSession() {
        start();
        String session = newSession();

        assertThat(emulator.connect(session).headers().get(SESSION_HEADER)).isEqualTo(session);
        assertThat(emulator.connect(null).headers().get(SESSION_HEADER)).hasSizeBetween(33, 100);
        assertThat(emulator.container.started).hasValue(2);
    }

    @Test
    void aPresignedUrlOpensUntilItExpires() {
        start();
        String session = newSession();
        URI uri = emulator.uri("/ws?qualifier=DEFAULT&" + SESSION_HEADER + '=' + session);
        String target = emulator.signer().presigned(uri, Duration.ofMinutes(5));

        WebSocket socket = await(emulator.open(target, MultiMap.caseInsensitiveMultiMap()));

        assertThat(socket.headers().get(SESSION_HEADER)).isEqualTo(session);
        assertThat(rejection(emulator.open(target.replace("DEFAULT", "default"), MultiMap.caseInsensitiveMultiMap())))
                .isEqualTo("403 InvalidSignatureException");
        assertThat(rejection(emulator.open(emulator.signer().presigned(uri, Duration.ofSeconds(301)),
                MultiMap.caseInsensitiveMultiMap()))).isEqualTo("403 AccessDeniedException");
        emulator.clockOffset = Duration.ofSeconds(302);
        assertThat(rejection(emulator.open(target, MultiMap.caseInsensitiveMultiMap())))
                .isEqualTo("403 ExpiredTokenException");
    }

    @Test
    void anUpgradeThatIsRefusedGetsAnHttpAnswer() {
        start();

        assertThat(rejection(emulator.open(emulator.uri("/ws").getRawPath(), MultiMap.caseInsensitiveMultiMap())))
                .isEqualTo("403 MissingAuthenticationTokenException");
        assertThat(rejection(emulator.open("short"))).isEqualTo("400 ValidationException");
    }

    @Test
    void aSignedRequestThatIsNoUpgradeIsToldSo() {
        start();

        EmulatorFixture.Answer answer = await(emulator.call("GET", "/ws", newSession(), ""));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Not a WebSocket Upgrade Request");
    }

    @Test
    void aContainerThatNeverAnswersTheUpgradeIsARuntimeClientError() {
        start(LIMITS, Faults.NONE, new Tuning(FAST.poll(), Duration.ofMillis(300), FAST.response(), FAST.stream(),
                FAST.stop(), 5));
        emulator.container.answersUpgrades = false;

        assertThat(rejection(emulator.open(newSession()))).isEqualTo("424 RuntimeClientError");
    }

    @Test
    void aMessageThatIsTooBigClosesWith1009() {
        start();
        Probe whole = new Probe(emulator.connect(newSession()));
        Probe inFragments = new Probe(emulator.connect(newSession()));
        Probe fromContainer = new Probe(emulator.connect(newSession()));

        whole.socket.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[200_000]), true));
        inFragments.socket.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[60_000]), false));
        inFragments.socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[60_000]), true));
        fromContainer.socket.writeTextMessage("!big");

        assertThat(whole.closeCode()).isEqualTo(1009);
        assertThat(inFragments.closeCode()).isEqualTo(1009);
        assertThat(fromContainer.closeCode()).isIn(1009, 1011);
        assertThat(whole.frames).isEmpty();
    }

    @Test
    void tooManyMessagesCloseWith1008InEitherDirection() {
        start(new Limits(64 * 1024, 10, Duration.ofHours(1)), Faults.NONE, FAST);
        Probe fast = new Probe(emulator.connect(newSession()));
        Probe fastContainer = new Probe(emulator.connect(newSession()));

        for (int i = 0; i < 60; i++) {
            fast.socket.writeTextMessage("n" + i);
        }
        fastContainer.socket.writeTextMessage("!burst");

        assertThat(fast.closeCode()).isEqualTo(1008);
        assertThat(fastContainer.closeCode()).isEqualTo(1008);
        assertThat(fastContainer.frames).hasSizeBetween(10, 59);
    }

    @Test
    void aConnectionEndsAtItsLifetimeAndItsSessionStays() {
        start(new Limits(64 * 1024, 250, Duration.ofMillis(100)), Faults.NONE, FAST);
        Probe probe = new Probe(emulator.connect(newSession()));

        assertThat(probe.closeCode()).isEqualTo(1008);
        assertThat(emulator.health().getInteger("sessions")).isEqualTo(1);
    }

    @Test
    void stoppingTheSessionClosesItsSocketsWith1001() {
        start();
        String session = newSession();
        Probe one = new Probe(emulator.connect(session));
        Probe two = new Probe(emulator.connect(session));

        emulator.stop(session);

        assertThat(one.closeCode()).isEqualTo(1001);
        assertThat(two.closeCode()).isEqualTo(1001);
        assertThat(emulator.health().getInteger("connections")).isZero();
    }

    @Test
    void theContainersCloseIsPassedOnAndItsDeathIs1011() {
        start();
        Probe told = new Probe(emulator.connect(newSession()));
        Probe lost = new Probe(emulator.connect(newSession()));

        told.socket.writeTextMessage("!close");
        lost.socket.writeTextMessage("!die");

        assertThat(told.closeCode()).isEqualTo(4001);
        assertThat(lost.closeCode()).isEqualTo(1011);
    }

    @Test
    void theCallersCloseIsPassedOn() {
        start();
        WebSocket socket = emulator.connect(newSession());
        socket.resume();

        socket.close((short) 4002, "enough");

        await().until(() -> emulator.container.closeCodes.contains((short) 4002));
    }

    @Test
    void theCutFaultEndsTheConnectionWithoutACloseFrame() {
        start(LIMITS, new Faults(Duration.ZERO, true, Duration.ofMillis(100), Duration.ZERO), FAST);

        assertThat(new Probe(emulator.connect(newSession())).closeCode()).isEqualTo(1006);
    }

    @Test
    void aCallerThatDoesNotReadHoldsTheContainerUp() {
        start(new Limits(64 * 1024, 1_000_000, Duration.ofHours(1)), Faults.NONE, FAST);
        WebSocket socket = emulator.connect(newSession());
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        socket.frameHandler(frame -> sizes.add(frame.binaryData().length()));

        socket.writeTextMessage("!flood");

        // Everything in between has filled up when the count stands still over many looks.
        AtomicReference<Integer> last = new AtomicReference<>(-1);
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            int now = emulator.container.framesWritten.get();
            return now > 0 && now == last.getAndSet(now);
        });
        int held = emulator.container.framesWritten.get();
        socket.resume();
        await().until(() -> emulator.container.framesWritten.get() > held + 100);
        socket.close();
    }

    @Test
    void theSlowReaderFaultDelaysButLosesNothing() {
        start(LIMITS, new Faults(Duration.ZERO, true, Duration.ZERO, Duration.ofMillis(5)), FAST);
        Probe probe = new Probe(emulator.connect(newSession()));

        for (int i = 0; i < 20; i++) {
            probe.socket.writeTextMessage("n" + i);
        }

        await().until(() -> probe.frames.size() == 20);
        assertThat(probe.frames.getLast().textData()).isEqualTo("n19");
    }

    @Test
    void anOpenSilentConnectionDoesNotKeepASessionButAPingDoes() {
        start();
        Probe silent = new Probe(emulator.connect(newSession()));
        Probe pinging = new Probe(emulator.connect(newSession()));
        emulator.clockOffset = Duration.ofMinutes(14);
        pinging.socket.writePing(Buffer.buffer("x"));
        await().until(() -> !pinging.frames.isEmpty());

        emulator.clockOffset = Duration.ofMinutes(16);

        assertThat(silent.closeCode()).isEqualTo(1001);
        assertThat(emulator.health().getInteger("sessions")).isEqualTo(1);
    }

    @Test
    void aContainerThatStopsAnsweringPingsIsGone() {
        start();
        Probe probe = new Probe(emulator.connect(newSession()));

        emulator.container.ping = "";

        assertThat(probe.closeCode()).isEqualTo(1011);
        await().until(() -> emulator.health().getInteger("sessions") == 0);
    }

    private static String rejection(Future<WebSocket> opening) {
        UpgradeRejectedException rejected = catchThrowableOfType(UpgradeRejectedException.class, () -> await(opening));
        return rejected.getStatus() + " " + rejected.getHeaders().get("x-amzn-ErrorType");
    }

    /** Records what a socket gets. */
    private static final class Probe {
        final WebSocket socket;
        final List<WebSocketFrame> frames = new CopyOnWriteArrayList<>();
        private final AtomicReference<Integer> closed = new AtomicReference<>();

        Probe(WebSocket socket) {
            this.socket = socket;
            socket.frameHandler(frame -> {
                if (!frame.isClose()) {
                    frames.add(frame);
                }
            });
            socket.closeHandler(_ -> closed.set((int) socket.closeStatusCode()));
            socket.resume();
        }

        int closeCode() {
            await().until(() -> closed.get() != null);
            return closed.get();
        }
    }
}
