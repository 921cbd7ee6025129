package dev.weir.emulator;

import static dev.weir.emulator.EmulatorFixture.FAST;
import static dev.weir.emulator.EmulatorFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.config.EmulatorConfig.Faults;
import dev.weir.config.EmulatorConfig.Limits;
import dev.weir.config.EmulatorConfig.Shells;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatorShellTest {
    private static final Limits LIMITS = new Limits(64 * 1024, 250, Duration.ofHours(1));

    @TempDir
    Path dir;
    private EmulatorFixture emulator;
    private final String session = newSession();

    @AfterEach
    void close() {
        emulator.close();
    }

    private void start(Limits limits, Faults faults, Shells shells) {
        emulator = new EmulatorFixture(dir, EmulatorFixture.config(limits, faults, shells), FAST);
    }

    private void start() {
        start(LIMITS, Faults.NONE, Shells.DEFAULT);
    }

    private ShellClient shell(String id) {
        return ShellClient.connect(emulator, session, id);
    }

    @Test
    void aShellIsABashOnATerminalInTheSessionsDirectory() {
        start();
        ShellClient shell = shell("one");
        shell.run("tty | cut -c1-9; echo $0 $((6*7)); pwd; env | grep -c '^AWS_\\|^WEIR_'", "/bin/bash 42")
                .see("/dev/pts/").see(emulator.dir.resolve("sessions").toString()).see("\r\n0\r\n");
        assertThat(shell.socket.headers().get("X-Amzn-Bedrock-AgentCore-Shell-Id")).isEqualTo("one");
        assertThat(shell.socket.headers().get(EmulatorFixture.SESSION_HEADER)).isEqualTo(session);
        assertThat(shell.statuses())
                .containsExactly(new ShellStatus.Confirmed("one", false, OptionalLong.empty()));
        shell.send(new ShellFrame.Resize(132, 43));
        shell.run("stty size", "43 132");
        shell.type("exit 7\n");
        assertThat(shell.closeCode()).isEqualTo(1000);
        assertThat(shell.statuses().getLast()).isEqualTo(new ShellStatus.Exited(7, OptionalInt.empty()));
    }

    @Test
    void aSignalsDeathIsToldAsOne() {
        start();
        ShellClient shell = shell("one");
        shell.run("echo $((6*7))", "42").type("kill -9 $$\n");
        assertThat(shell.closeCode()).isEqualTo(1000);
        assertThat(shell.statuses().getLast()).isEqualTo(new ShellStatus.Exited(137, OptionalInt.of(9)));
    }

    @Test
    void theProgramGoesOnWhileNobodyIsConnectedAndItsOutputIsReplayed() {
        start();
        ShellClient first = shell("one");
        first.run("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo line-$i; sleep 0.1; done & echo started-$((1+1))",
                "started-2");
        first.socket.close();
        await().until(() -> emulator.health().getInteger("connections") == 0);
        ShellClient second = shell("one").see("line-3");
        assertThat(second.screen()).contains("line-1", "line-2");
        assertThat(second.statuses()).containsExactly(new ShellStatus.Confirmed("one", true, OptionalLong.of(0)));
        assertThat(shell("other").statuses()).noneMatch(
                status -> status instanceof ShellStatus.Confirmed confirmed && confirmed.reconnected());
    }

    @Test
    void theReplayIsTheLast256KiBAndSaysHowMuchWasDropped() {
        start(LIMITS, Faults.NONE, new Shells("confirmed", "detached"));
        ShellClient first = shell("one");
        Path done = dir.resolve("done");
        first.run("stty -echo; echo ready-$((1+1))", "ready-2");
        first.type("sleep 0.3; head -c 1000000 /dev/zero | tr '\\0' x; touch " + done + "; sleep 100\n");
        first.send(new ShellFrame.Heartbeat(Buffer.buffer()));
        await().until(
                () -> first.frames.stream().anyMatch(frame -> frame instanceof ShellFrame.Heartbeat));
        first.socket.close();
        await().until(() -> done.toFile().exists());
        ShellClient second = shell("one");
        await().until(() -> second.screen().length() >= 256 * 1024);
        ShellStatus.Confirmed status = (ShellStatus.Confirmed) second.statuses().getFirst();
        assertThat(status.bytesDropped().orElseThrow()).isBetween(980_000L - 256 * 1024, 1_000_100L - 256 * 1024);
    }

    @Test
    void aNewerConnectionTakesTheShellOver() {
        start();
        ShellClient first = shell("one");
        first.run("echo $((6*7))", "42");
        ShellClient second = shell("one");
        assertThat(first.closeCode()).isEqualTo(4000);
        second.run("echo $((7*7))", "49");
        assertThat(emulator.health().getInteger("connections")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"late", "twice", "silent"})
    void theHandshakesOfOtherGenerations(String handshake) {
        start(LIMITS, Faults.NONE, new Shells(handshake, "all"));
        shell("one").run("echo $((6*7))", "42").socket.close();
        await().until(() -> emulator.health().getInteger("connections") == 0);
        ShellClient again = shell("one").see("42");
        again.run("echo $((7*7))", "49");
        switch (handshake) {
            case "late" -> {
                assertThat(again.frames.getFirst()).isInstanceOf(ShellFrame.Stdout.class);
                assertThat(again.statuses()).hasSize(1);
            }
            case "twice" -> assertThat(again.statuses()).containsExactly(
                    new ShellStatus.Confirmed("one", true, OptionalLong.empty()),
                    new ShellStatus.Confirmed("one", true, OptionalLong.of(0)));
            default -> assertThat(again.statuses()).isEmpty();
        }
    }

    @Test
    void theLimitsCloseTheConnectionAndTheShellSurvives() {
        start(new Limits(64 * 1024, 50, Duration.ofHours(1)), Faults.NONE, Shells.DEFAULT);
        ShellClient big = shell("one");
        big.run("x=$((6*7)); echo x$x", "x42");
        big.socket.writeBinaryMessage(Buffer.buffer(new byte[64 * 1024 + 1]));
        assertThat(big.closeCode()).isEqualTo(1009);
        ShellClient fast = shell("one");
        fast.run("echo y$x", "y42");
        for (int i = 0; i < 120; i++) {
            fast.send(new ShellFrame.Heartbeat(Buffer.buffer()));
        }
        assertThat(fast.closeCode()).isEqualTo(1008);
        ShellClient texts = shell("one");
        texts.run("echo z$x", "z42");
        for (int i = 0; i < 4; i++) {
            texts.socket.writeTextMessage("four are passed over");
        }
        texts.run("echo w$x", "w42");
        for (int i = 0; i < 5; i++) {
            texts.socket.writeTextMessage("five are not");
        }
        assertThat(texts.closeCode()).isEqualTo(1003);
        shell("one").run("echo v$x", "v42");
    }

    @Test
    void aConnectionEndsAtItsLifetime() {
        start(new Limits(64 * 1024, 250, Duration.ofMillis(300)), Faults.NONE, Shells.DEFAULT);
        assertThat(shell("one").closeCode()).isEqualTo(1008);
        assertThat(shell("one").statuses()).allMatch(status -> ((ShellStatus.Confirmed) status).reconnected());
    }

    @Test
    void heartbeatsAreEchoedInTheirPlaceAndOddMessagesPassedOver() {
        start();
        ShellClient shell = shell("one");
        shell.send(new ShellFrame.Unknown(77, Buffer.buffer("?")));
        shell.socket.writeBinaryMessage(Buffer.buffer());
        shell.socket.writeBinaryMessage(Buffer.buffer("\u0004{\"width\":0}"));
        shell.send(new ShellFrame.Heartbeat(Buffer.buffer("beat")));
        await().until(() -> shell.frames.contains(new ShellFrame.Heartbeat(Buffer.buffer("beat"))));
        shell.run("echo $((6*7))", "42");
    }

    @Test
    void theCloseMessageEndsTheShellAndItsPrograms() {
        start();
        ShellClient shell = shell("one");
        shell.run("trap '' HUP; (trap '' HUP TERM; exec sleep 1234.5) & echo pid-$((0+$!)).", ".");
        shell.see("pid-");
        shell.send(new ShellFrame.Close());
        assertThat(shell.closeCode()).isEqualTo(1000);
        assertThat(shell.frames.getLast()).isEqualTo(new ShellFrame.Close());
        await().until(() -> ProcessHandle.current().descendants()
                .noneMatch(process -> process.info().commandLine().orElse("").contains("1234.5")));
        assertThat(((ShellStatus.Confirmed) shellStatus("one")).reconnected()).isFalse();
    }

    private ShellStatus shellStatus(String id) {
        ShellClient shell = shell(id);
        await().until(() -> !shell.statuses().isEmpty());
        return shell.statuses().getFirst();
    }

    @Test
    void aSessionHasAtMostTenShells() {
        start();
        for (int i = 0; i < 10; i++) {
            shell("n" + i);
        }
        assertThat(refusal("n10")).isEqualTo("429 ServiceQuotaExceededException");
        assertThat(shellStatus("n3")).isEqualTo(new ShellStatus.Confirmed("n3", true, OptionalLong.of(0)));
        ShellClient.connect(emulator, newSession(), "n10");
    }

    @Test
    void whatIsNoShellIsRefused() {
        start();
        assertThat(refusal("-a")).isEqualTo("400 ValidationException");
        assertThat(refusal("a".repeat(129))).isEqualTo("400 ValidationException");
        URI uri = emulator.uri("/ws/shells?shellId=a");
        assertThat(refusal(emulator.open(uri.getRawPath() + "?shellId=b",
                emulator.signer().headers("GET", uri, "", EmulatorFixture.sessionHeader(session)))))
                .startsWith("403 ");
        assertThat(refusal(emulator.open(uri.getRawPath() + "?shellId=a", emulator.signer()
                .headers("GET", uri, "", EmulatorFixture.sessionHeader(session))
                .set("Sec-WebSocket-Protocol", "other"))))
                .isEqualTo("400 ValidationException");
        EmulatorFixture.Answer plain = EmulatorFixture.await(emulator.call("GET", "/ws/shells?shellId=a", session, ""));
        assertThat(plain.body()).isEqualTo("Not a WebSocket Upgrade Request");
    }

    @Test
    void aPresignedUrlOpensAShell() {
        start();
        URI uri = emulator.uri("/ws/shells?shellId=a&" + EmulatorFixture.SESSION_HEADER + "=" + session);
        WebSocket socket = EmulatorFixture.await(emulator.open(
                emulator.signer().presigned(uri, Duration.ofMinutes(5)), MultiMap.caseInsensitiveMultiMap()));
        assertThat(socket.headers().get(EmulatorFixture.SESSION_HEADER)).isEqualTo(session);
    }

    @Test
    void theSessionsEndIsTheShellsEnd() {
        start();
        ShellClient shell = shell("one");
        shell.run("sleep 4321.5 & echo $((6*7))", "42");
        assertThat(emulator.stop(session).status()).isEqualTo(200);
        assertThat(shell.closeCode()).isEqualTo(1001);
        await().until(() -> ProcessHandle.current().descendants()
                .noneMatch(process -> process.info().commandLine().orElse("").contains("4321.5")));
    }

    @Test
    void whatHasLeftTheTreeOfTheShellEndsWithTheSessionOnly() {
        start();
        ShellClient shell = shell("one");
        shell.run("( (trap '' HUP; exec sleep 4322.5) & ); echo $((6*7))", "42");
        await().until(() -> isRunning("4322.5"));
        shell.type("exit\n");
        assertThat(shell.closeCode()).isEqualTo(1000);
        shell("two").run("echo $((6*7))", "42");
        assertThat(isRunning("4322.5")).isTrue();
        assertThat(emulator.stop(session).status()).isEqualTo(200);
        await().until(() -> !isRunning("4322.5"));
    }

    private static boolean isRunning(String argument) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").equals("sleep " + argument)
                        || process.info().commandLine().orElse("").endsWith("/sleep " + argument));
    }

    @Test
    void aReaderThatStopsHoldsTheProgramUp() {
        start();
        ShellClient shell = shell("one");
        Path written = dir.resolve("written");
        shell.run("stty raw -echo; echo $((6*7))", "42");
        shell.socket.pause();
        shell.type("head -c 30000000 /dev/zero; touch " + written + "\n");
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(written));
        shell.socket.resume();
        await().atMost(Duration.ofSeconds(40)).until(() -> shell.frames.stream()
                .mapToLong(frame -> frame instanceof ShellFrame.Stdout(Buffer bytes) ? bytes.length() : 0)
                .sum() >= 30_000_000);
        assertThat(shell.screen().chars().filter(c -> c == 0).count()).isEqualTo(30_000_000);
        await().until(() -> Files.exists(written));
    }

    private String refusal(String shell) {
        return refusal(ShellClient.open(emulator, session, shell));
    }

    private static String refusal(Future<WebSocket> connecting) {
        UpgradeRejectedException rejected = catchThrowableOfType(UpgradeRejectedException.class,
                () -> EmulatorFixture.await(connecting));
        return rejected.getStatus() + " " + rejected.getHeaders().get("x-amzn-ErrorType");
    }
}
