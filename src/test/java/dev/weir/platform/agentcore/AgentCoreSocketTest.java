package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.SESSION;
import static dev.weir.platform.agentcore.AgentStub.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCoreSocketTest {
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration DEAD = Duration.ofMillis(150);

    private final Vertx vertx = Vertx.vertx();
    private volatile ServerWebSocket peer;
    private final AtomicInteger pings = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
    }

    @Test
    void carriesMessagesBothWaysInOrder() throws Exception {
        AgentSocket socket = open(peer -> {
            numbers(0, 300).forEach(peer::writeTextMessage);
            peer.textMessageHandler(peer::writeTextMessage);
        });
        SocketProbe probe = new SocketProbe(socket);
        numbers(300, 600).forEach(socket::send);
        await().until(() -> probe.messages.size() == 600);
        assertThat(probe.messages).isEqualTo(numbers(0, 600));
        assertThat(probe.threads).hasSize(1);
        assertThat(probe.closes).isEmpty();
    }

    @Test
    void pausedSocketHoldsThePeerUpAndLosesNothing() throws Exception {
        int total = 2_000;
        String filling = "x".repeat(30_000);
        AtomicInteger sent = new AtomicInteger();
        AgentSocket socket = open(peer -> pour(peer, filling, sent, total));
        SocketProbe probe = new SocketProbe(socket, 5);
        await().until(() -> probe.messages.size() == 5);
        AtomicInteger last = new AtomicInteger(-1);
        await().during(Duration.ofMillis(200)).until(() -> last.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).isLessThan(total);
        assertThat(probe.messages).hasSize(5);
        socket.resume();
        await().until(() -> probe.messages.size() == total);
        assertThat(probe.messages).isEqualTo(IntStream.range(0, total).mapToObj(i -> i + filling).toList());
    }

    @Test
    void pausesAndResumesFromAnyThread() throws Exception {
        AgentSocket socket = open(peer -> pour(peer, "", new AtomicInteger(), 5_000));
        SocketProbe probe = new SocketProbe(socket);
        for (int i = 0; i < 200; i++) {
            socket.pause();
            socket.resume();
        }
        await().until(() -> probe.messages.size() == 5_000);
        assertThat(probe.messages).isEqualTo(numbers(0, 5_000));
        assertThat(probe.threads).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1008, 1011, 4000})
    void passesCloseCodesOn(int code) throws Exception {
        AgentSocket socket = open(peer -> {
            peer.writeTextMessage("last words");
            peer.close((short) code, "because " + code);
        });
        SocketProbe probe = new SocketProbe(socket);
        assertThat(probe.awaitClose()).isEqualTo(new AgentSocket.Closed(code, "because " + code));
        assertThat(probe.messages).containsExactly("last words");
        assertThat(probe.messagesAtClose).containsExactly(1);
    }

    @Test
    void endWhilePausedComesAfterTheMessagesHeld() throws Exception {
        AgentSocket socket = open(peer -> peer.textMessageHandler(go -> {
            numbers(0, 100).forEach(peer::writeTextMessage);
            peer.close((short) 1001, "going");
        }));
        SocketProbe probe = new SocketProbe(socket, 10);
        done(socket.send("go"));
        await().until(() -> probe.messages.size() == 10);
        await().during(Duration.ofMillis(100)).until(() -> probe.messages.size() == 10 && probe.closes.isEmpty());
        socket.resume();
        assertThat(probe.awaitClose()).isEqualTo(new AgentSocket.Closed(1001, "going"));
        assertThat(probe.messages).isEqualTo(numbers(0, 100));
        assertThat(probe.messagesAtClose).containsExactly(100);
    }

    @Test
    void cutConnectionIs1006AfterWhatHadArrived() throws Exception {
        AgentSocket socket = open(peer -> peer.writeTextMessage("one").onComplete(v -> cut(peer)));
        SocketProbe probe = new SocketProbe(socket);
        assertThat(probe.awaitClose().code()).isEqualTo(1006);
        assertThat(probe.messages).containsExactly("one");
        assertThatThrownBy(() -> done(socket.send("x"))).hasCauseInstanceOf(ProblemException.class);
        socket.close();
        socket.pause();
        socket.resume();
        await().during(Duration.ofMillis(50)).until(() -> probe.closes.size() == 1);
    }

    @Test
    void endBeforeAnyoneListensIsToldToWhoeverDoes() throws Exception {
        AgentSocket socket = open(peer -> peer.close((short) 1011, "init"));
        await().until(() -> peer.isClosed());
        assertThat(new SocketProbe(socket).awaitClose()).isEqualTo(new AgentSocket.Closed(1011, "init"));
        RawPeer hasty = new RawPeer(RawPeer.closeFrame(4000), true);
        AgentSocket born = dial(AgentStub.raw(vertx, hasty));
        assertThat(new SocketProbe(born).awaitClose().code()).isEqualTo(4000);
    }

    @Test
    void closesWith1000() throws Exception {
        AgentSocket socket = open(peer -> {});
        SocketProbe probe = new SocketProbe(socket);
        socket.close();
        socket.close();
        assertThat(probe.awaitClose().code()).isEqualTo(1000);
        await().until(() -> peer.isClosed());
        assertThat(peer.closeStatusCode()).isEqualTo((short) 1000);
        assertThat(probe.closes).hasSize(1);
        assertThatThrownBy(() -> socket.listen(m -> {}, c -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closesAlsoWhilePausedWithMessagesWaiting() throws Exception {
        AgentSocket socket = open(peer -> pour(peer, "x".repeat(30_000), new AtomicInteger(), 2_000));
        SocketProbe probe = new SocketProbe(socket, 1);
        await().until(() -> probe.messages.size() == 1);
        socket.close();
        assertThat(probe.awaitClose().code()).isIn(1000, 1006);
        assertThat(probe.messages).hasSize(1);
    }

    @Test
    void silentPeerIsGivenUpAndCutOff() throws Exception {
        RawPeer silent = RawPeer.silent();
        SocketProbe probe = new SocketProbe(dial(AgentStub.raw(vertx, silent), TICK, DEAD));
        assertThat(probe.awaitClose()).isEqualTo(new AgentSocket.Closed(1006, "no answer"));
        assertThat(silent.received).hasPositiveValue();
        await().until(() -> silent.closed);
        assertThat(probe.closes).hasSize(1);
    }

    @Test
    void answeringPeerLivesHoweverQuiet() throws Exception {
        SocketProbe probe = new SocketProbe(open(peer -> {}, TICK, DEAD));
        await().until(() -> pings.get() > 30);
        assertThat(probe.closes).isEmpty();
    }

    @Test
    void pausedSocketOfALivingPeerIsNotDead() throws Exception {
        AgentSocket socket = open(peer -> peer.textMessageHandler(peer::writeTextMessage), TICK, DEAD);
        SocketProbe probe = new SocketProbe(socket);
        socket.pause();
        await().until(() -> pings.get() > 60); // more pongs than Vert.x holds before it stops reading
        assertThat(probe.closes).isEmpty();
        socket.resume();
        int before = pings.get();
        await().until(() -> pings.get() > before + 30);
        done(socket.send("still there"));
        await().until(() -> probe.messages.size() == 1);
        assertThat(probe.closes).isEmpty();
    }

    @Test
    void deadPeerIsFoundAfterResume() throws Exception {
        RawPeer silent = RawPeer.silent();
        AgentSocket socket = dial(AgentStub.raw(vertx, silent), TICK, DEAD);
        SocketProbe probe = new SocketProbe(socket);
        socket.pause();
        await().until(() -> silent.received.get() > 6 * 30); // 30 pings: several times the limit
        assertThat(probe.closes).isEmpty();
        socket.resume();
        assertThat(probe.awaitClose().reason()).isEqualTo("no answer");
    }

    @Test
    void peerThatDoesNotReadFillsABoundedQueueAndIsCutOff() throws Exception {
        RawPeer stuck = new RawPeer(new byte[0], false);
        AgentSocket socket = dial(AgentStub.raw(vertx, stuck), TICK, Duration.ofSeconds(1));
        SocketProbe probe = new SocketProbe(socket);
        String message = "x".repeat(32 * 1024);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 2_000 && failures.isEmpty(); i++) {
            socket.send(message).onFailure(failures::add);
        }
        assertThat(failures).isNotEmpty();
        assertThat(failures.getFirst()).isInstanceOf(ProblemException.class);
        assertThat(probe.awaitClose().code()).isEqualTo(1006);
        stuck.socket.resume();
        await().until(() -> stuck.closed);
    }

    @Test
    void messagesOver32KiBAreTheCallersMistake() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        AgentSocket socket = open(peer -> peer.textMessageHandler(text -> sizes.add(text.length())));
        done(socket.send("ä".repeat(16 * 1024)));
        assertThatThrownBy(() -> done(socket.send("ä".repeat(16 * 1024) + "x")))
                .hasCauseInstanceOf(IllegalArgumentException.class);
        await().until(() -> sizes.equals(List.of(16 * 1024)));
    }

    @Test
    void binaryMessagesAreIgnored() throws Exception {
        SocketProbe probe = new SocketProbe(open(peer -> {
            peer.writeBinaryMessage(Buffer.buffer(new byte[100]));
            peer.writeTextMessage("text");
        }));
        await().until(() -> probe.messages.equals(List.of("text")));
    }

    @Test
    void messageTooLargeEndsTheConnection() throws Exception {
        SocketProbe probe = new SocketProbe(open(peer -> {
            peer.writeFrame(WebSocketFrame.textFrame("x".repeat(600_000), false));
            peer.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(600_000)), true));
            peer.writeTextMessage("after");
        }));
        assertThat(probe.awaitClose()).isEqualTo(new AgentSocket.Closed(1006, "a message was too large"));
        assertThat(probe.messages).isEmpty();
        await().until(() -> peer.isClosed());
        assertThat(peer.closeStatusCode()).isEqualTo((short) 1009);
    }

    @Test
    void brokenFramesEndTheConnection() throws Exception {
        byte[] badOpcode = {(byte) 0x8f, 0};
        byte[] tooLong = {(byte) 0x81, 127, 0, 0, 0, 0, 0, 16, 0, 1};
        for (byte[] broken : List.of(badOpcode, tooLong)) {
            RawPeer rogue = RawPeer.silent();
            SocketProbe probe = new SocketProbe(dial(AgentStub.raw(vertx, rogue)));
            rogue.socket.write(Buffer.buffer(RawPeer.textFrame("good")));
            await().until(() -> !probe.messages.isEmpty());
            rogue.socket.write(Buffer.buffer(broken));
            assertThat(probe.awaitClose()).isEqualTo(new AgentSocket.Closed(1006, "a frame was malformed"));
            assertThat(probe.messages).containsExactly("good");
            await().until(() -> rogue.closed);
        }
    }

    private AgentSocket open(Handler<ServerWebSocket> behaviour) throws Exception {
        return open(behaviour, Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    private AgentSocket open(Handler<ServerWebSocket> behaviour, Duration ping, Duration deadAfter) throws Exception {
        int port = AgentStub.http(vertx, request -> request.toWebSocket().onSuccess(accepted -> {
            peer = accepted;
            accepted.frameHandler(frame -> {
                if (frame.type() == WebSocketFrameType.PING) {
                    pings.incrementAndGet();
                }
            });
            behaviour.handle(accepted);
        }));
        return dial(port, ping, deadAfter);
    }

    private AgentSocket dial(int port) throws Exception {
        return dial(port, Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    private AgentSocket dial(int port, Duration ping, Duration deadAfter) throws Exception {
        AgentCoreConfig config = AgentStub.config(port, Duration.ofSeconds(10), ping, deadAfter);
        return done(AgentStub.dialer(vertx, config, AgentStub.credentials()).open(SESSION));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static void pour(ServerWebSocket peer, String filling, AtomicInteger sent, int total) {
        while (!peer.isClosed() && !peer.writeQueueFull()) {
            if (sent.get() == total) {
                return;
            }
            peer.writeTextMessage(sent.getAndIncrement() + filling);
        }
        if (!peer.isClosed()) {
            peer.drainHandler(v -> pour(peer, filling, sent, total));
        }
    }

    private static void cut(ServerWebSocket peer) {
        var _ = ((WebSocketInternal) peer).channelHandlerContext().close();
    }
}
