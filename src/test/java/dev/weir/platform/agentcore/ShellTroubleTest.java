package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentSocket.Closed;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.VertxSdkHttpClient;
import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** What goes wrong with a shell's connections, and what is told of it. */
class ShellTroubleTest {
    private final Vertx vertx = Vertx.vertx();
    private final ShellProbe probe = new ShellProbe();
    private ShellStub service;

    @BeforeEach
    void start() throws Exception {
        service = new ShellStub(vertx);
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
    }

    @Test
    void connectionsThatDieAtOnceAreGivenUp() {
        ShellRetry retry = new ShellRetry(3, List.of(Duration.ofMillis(4), Duration.ofMillis(4), Duration.ofMillis(4),
                Duration.ofMinutes(1)), Duration.ofMinutes(1), Duration.ofSeconds(30), RandomGenerator.getDefault());
        service.greeting = socket -> socket.close((short) 1011);
        service.shell(AgentStub.config(service.port), new ShellAuth.Signed(), AgentStub.credentials(), retry, probe);
        assertThat(((ShellEnd.Unreachable) probe.awaitEnd()).problem()).isInstanceOf(Problem.Unavailable.class);
        assertThat(service.requests).hasSize(4);
    }

    @Test
    void exchangedKeysAreTakenAnewWhenTheOldOnesAreRefused() {
        AtomicInteger keys = new AtomicInteger();
        CredentialsCache source = new CredentialsCache(
                () -> AwsBasicCredentials.create("AKID" + keys.incrementAndGet(), "secret"), Clock.systemUTC());
        service.shell(AgentStub.config(service.port), new ShellAuth.Signed(), source, probe);
        service.awaitConnections(1);
        service.refusal = request -> request.getHeader("Authorization").contains("AKID1/") && refuse(request, 403);
        service.cut();
        service.awaitConnections(2);
        assertThat(service.requests.getLast().getHeader("Authorization")).contains("Credential=AKID2/");
        service.refusal = request -> refuse(request, 403);
        service.cut();
        assertThat(((ShellEnd.Unreachable) probe.awaitEnd()).problem()).isInstanceOf(Problem.Forbidden.class);
        assertThat(service.requests).hasSize(3 + 3);
        assertThat(keys).hasValue(4);
    }

    @Test
    void aDialOfOurOwnThatCameLateIsNoOtherClient() {
        List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
        service.refusal = request -> held.isEmpty() && held.add(request);
        service.shell(AgentStub.config(service.port, Duration.ofMillis(150), Duration.ofSeconds(20),
                Duration.ofSeconds(40)), new ShellAuth.Signed(), AgentStub.credentials(), probe);
        service.awaitConnections(1);
        service.socket().close((short) 4000);
        probe.awaitNews("attached", "detached", "again");
        service.awaitConnections(2);
        service.socket().close((short) 4000);
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.TakenOver());
    }

    @Test
    void anotherClientThatComesAtAPlannedEndKeepsTheShell() throws Exception {
        RawPeer peer = new RawPeer(new byte[0], true);
        peer.reply = RawPeer.closeFrame(4000);
        AgentCoreConfig patient = AgentStub.config(AgentStub.raw(vertx, peer));
        service.shell(new AgentCoreConfig(patient.endpoint(), patient.region(), patient.runtimeArn(),
                patient.qualifier(), patient.connectTimeout(), patient.ping(), patient.deadAfter(),
                Duration.ofMillis(20), patient.interpreter()), new ShellAuth.Signed(), AgentStub.credentials(), probe);
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.TakenOver());
        probe.awaitNews("attached", "ended");
    }

    @Test
    void theEndOfTheMachineThatWeAskedForIsNoEndOfTheProgram() throws Exception {
        service.refusal = request -> {
            if (request.path().endsWith("/stopruntimesession")) {
                service.say(new ShellFrame.Status(new ShellStatus.Exited(129, OptionalInt.of(1))));
                service.socket().close((short) 1000);
                request.response().end();
                return true;
            }
            return false;
        };
        VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
        AgentCoreShells shells = new AgentCoreShells(vertx, AgentStub.config(service.port), AgentStub.credentials(),
                http, new ShellAuth.Signed(), ShellStub.QUICK);
        shells.open(ShellStub.ADDRESS, probe);
        service.awaitConnections(1);
        probe.awaitNews("attached");
        done(shells.stop("session-of-somebody-else-0123456789abcdef"));
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.Exited(OptionalInt.of(129)));

        ShellProbe mine = new ShellProbe();
        AgentShell shell = shells.open(ShellStub.ADDRESS, mine);
        service.awaitConnections(2);
        mine.awaitNews("attached");
        done(shells.stop(mine.address.session()));
        mine.awaitNews("attached", "detached", "again");
        service.awaitConnections(3);
        shell.terminate();
        await().until(() -> service.frames().contains(new ShellFrame.Close()));
        done(shells.stop(mine.address.session()));
        assertThat(mine.awaitEnd()).isEqualTo(new ShellEnd.Left());
        http.close();
    }

    @Test
    void whoTerminatesDuringTheFirstDialLeavesNoShellBehind() {
        List<Runnable> held = new CopyOnWriteArrayList<>();
        service.refusal = request -> {
            request.pause();
            Context loop = Vertx.currentContext(); // or the first frame may come before anybody listens
            return held.add(() -> loop.runOnContext(v -> service.accept(request)));
        };
        AgentShell shell = service.shell(probe);
        await().until(() -> held.size() == 1);
        shell.terminate();
        held.getFirst().run();
        await().until(() -> service.frames().contains(new ShellFrame.Close()));
        service.socket().close((short) 1000);
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.Left());
    }

    @Test
    void largerMessagesThanExpectedAreReadAndFarTooLargeOnesAreALoss() {
        service.shell(probe);
        probe.awaitNews("attached");
        String text = "x".repeat(64 * 1024);
        service.say(new ShellFrame.Stdout(Buffer.buffer(text)));
        probe.awaitNews("attached", "out " + text);
        service.say(new ShellFrame.Stdout(Buffer.buffer("x".repeat(1024 * 1024))));
        probe.awaitNews("attached", "out " + text, "detached", "again");
    }

    @Test
    void theEndDoesNotWaitBehindWhatIsStillToBeTyped() throws Exception {
        AgentShell shell = service.shell(probe);
        probe.awaitNews("attached");
        Future<Void> typed = shell.write(Buffer.buffer(new byte[16 * 1024 * 1024])); // seconds, at the pace that is allowed
        shell.terminate();
        await().until(() -> service.frames().contains(new ShellFrame.Close()));
        assertThat(service.typed().length()).isLessThan(8 * 1024 * 1024);
        assertThatThrownBy(() -> done(typed)).hasCauseInstanceOf(ProblemException.class);
        service.socket().close((short) 1000);
        assertThat(probe.awaitEnd()).isEqualTo(new ShellEnd.Left());
    }

    @Test
    void whatTakesLongToSendKeepsTheConnectionAndIsMixedWithPings() throws Exception {
        ThrottledPeer peer = new ThrottledPeer(vertx);
        AgentCoreConfig config = AgentStub.config(peer.port, Duration.ofSeconds(10), Duration.ofMillis(20),
                Duration.ofMillis(800));
        LiveSocket<Buffer> live = peer.connect(config);
        List<Closed> closes = new CopyOnWriteArrayList<>();
        live.listen(message -> {}, closes::add);
        int messages = 100;
        done(peer.send(live, messages));
        assertThat(closes).isEmpty();
        await().until(() -> peer.binaryBytes() == (long) messages * ThrottledPeer.SMALL);
        assertThat(peer.pingsBetween()).isGreaterThan(3);
        await().until(() -> !closes.isEmpty()); // it never answered, and now there is nothing more to take
    }

    private static boolean refuse(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).end();
        return true;
    }
}
