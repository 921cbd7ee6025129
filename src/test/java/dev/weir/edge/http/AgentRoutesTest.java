package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.edge.stream.ClientSockets;
import dev.weir.feature.access.Grant;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentRoutesTest {
    private static final int LARGE = 20 * 1024 * 1024;
    private static final String SHELL = "/v1/agents/demo/shells/one/socket";

    private ApiFixture api;
    private WebSocketClient client;

    /** A connected client, and what it heard. */
    private static final class Talk {
        final WebSocket socket;
        final List<Buffer> heard = new CopyOnWriteArrayList<>();

        Talk(WebSocket socket) {
            this.socket = socket;
            socket.handler(heard::add);
        }

        int closeCode() {
            await().until(socket::isClosed);
            return socket.closeStatusCode();
        }
    }

    @BeforeEach
    void start() {
        api = new ApiFixture();
        client = api.vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxConnections(1000).setMaxFrameSize(2 * LARGE)
                        .setMaxMessageSize(2 * LARGE));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Future<WebSocket> connecting(String path, String key, String... headers) {
        WebSocketConnectOptions options = new WebSocketConnectOptions().setPort(api.port).setHost("127.0.0.1")
                .setURI(path).setAllowOriginHeader(headers.length > 0);
        if (key != null) {
            options.addHeader("Authorization", "Bearer " + key);
        }
        for (int i = 0; i < headers.length; i += 2) {
            options.addHeader(headers[i], headers[i + 1]);
        }
        return client.connect(options);
    }

    private Talk connected(String path, String key, String... headers) {
        int before = api.door.visits.size();
        Talk talk = new Talk(await(connecting(path, key, headers)));
        await().until(() -> api.door.visits.size() > before);
        return talk;
    }

    private int refused(String path, String key, String... headers) {
        try {
            await(connecting(path, key, headers));
        } catch (UpgradeRejectedException refused) {
            return refused.getStatus();
        }
        throw new AssertionError("was let in");
    }

    @Test
    void aCallerSeesTheAgentsItMayUse() {
        await(api.grants.add(new Grant("g", new TenantId("acme"), "dora", List.of(), List.of("both"), Instant.now())));
        assertThat(api.get(api.owner, "/v1/agents").json().encode())
                .isEqualTo("{\"agents\":[{\"name\":\"both\"},{\"name\":\"demo\"}]}");
        assertThat(api.get(api.developer, "/v1/agents").json().encode())
                .isEqualTo("{\"agents\":[{\"name\":\"both\"}]}");
        assertThat(api.get(api.stranger, "/v1/agents").json().encode()).isEqualTo("{\"agents\":[{\"name\":\"both\"}]}");
    }

    @Test
    void case64And65AConversationHasLargeMessagesAndIsSetUpAsTheDraftSays() {
        Talk talk = connected("/acp?agent=demo", api.owner);
        assertThat(talk.socket.headers().get("Acp-Connection-Id")).isNotBlank();
        String large = "\u00e9\u732b\ud83d\udc08".repeat(LARGE / 9);
        await(talk.socket.writeBinaryMessage(Buffer.buffer("not heard")));
        await(talk.socket.writeTextMessage(large));
        await(talk.socket.writeFrame(io.vertx.core.http.WebSocketFrame.textFrame("in ", false)));
        await(talk.socket.writeFrame(io.vertx.core.http.WebSocketFrame.continuationFrame(Buffer.buffer("two"), true)));
        await().until(() -> talk.heard.size() == 2);
        assertThat(talk.heard.getFirst().toString().equals(large)).isTrue();
        assertThat(talk.heard.getLast().toString()).isEqualTo("in two");
        Answer plain = api.get(api.owner, "/acp?agent=demo");
        assertThat(plain.status()).isEqualTo(426);
        assertThat(plain.header("Upgrade")).isEqualTo("websocket");
        assertThat(api.send("POST", api.owner, "/acp", "{}").status()).isEqualTo(405);
        assertThat(refused("/acp", api.owner)).as("which of two").isEqualTo(400);
        connected("/acp", api.stranger);
        assertThat(api.door.visits.getLast().agent()).isEqualTo("both");
    }

    @Test
    void aMessageBeyondTheLimitEndsTheConversationAndSaysSo() {
        Talk talk = connected("/acp?agent=demo", api.owner);
        talk.socket.writeTextMessage("x".repeat(33 * 1024 * 1024));
        assertThat(talk.closeCode()).isEqualTo(1009);
        await().until(() -> api.door.left.get() == 1);
    }

    @Test
    void aTerminalSpeaksBinaryAndFiveTextsAreTooMany() {
        Talk talk = connected(SHELL, api.owner);
        await(talk.socket.writeBinaryMessage(Buffer.buffer(new byte[]{0, 1, 2})));
        for (int i = 0; i < 4; i++) {
            await(talk.socket.writeTextMessage("passed over"));
        }
        await(talk.socket.writeBinaryMessage(Buffer.buffer(new byte[]{9})));
        await().until(() -> talk.heard.size() == 2);
        assertThat(talk.heard.getFirst().getBytes()).containsExactly(0, 1, 2);
        await(talk.socket.writeTextMessage("the fifth"));
        assertThat(talk.closeCode()).isEqualTo(1003);
    }

    @Test
    void aTicketConnectsToItsAgentAndToNothingElse() {
        Answer issued = api.send("POST", api.owner, "/v1/agents/demo/tickets", "");
        assertThat(issued.status()).isEqualTo(201);
        String ticket = "ticket=" + issued.json().getString("ticket");
        assertThat(Duration.between(Instant.now(), Instant.parse(issued.json().getString("expires_at"))))
                .isLessThanOrEqualTo(Duration.ofMinutes(1));
        connected(SHELL + "?" + ticket, null);
        connected("/acp?agent=demo&" + ticket, null);
        assertThat(refused("/v1/agents/both/shells/one/socket?" + ticket, null)).isEqualTo(401);
        assertThat(refused("/acp?" + ticket, null)).isEqualTo(400);
        assertThat(refused(SHELL + "?" + ticket, api.owner)).as("two credentials").isEqualTo(400);
        assertThat(api.get(null, "/v1/runs/run_1?" + ticket).status()).isEqualTo(401);
        assertThat(refused(SHELL + "?ticket=wt_x.y", null)).isEqualTo(401);
    }

    @Test
    void aGrantThatIsRevokedEndsItsTickets() {
        Grant grant = new Grant("g", new TenantId("acme"), "dora", List.of(), List.of("demo"), Instant.now());
        await(api.grants.add(grant));
        String ticket = api.send("POST", api.developer, "/v1/agents/demo/tickets", "").json().getString("ticket");
        connected(SHELL + "?ticket=" + ticket, null);
        await(api.grants.revoke(grant.tenant(), grant.id()));
        assertThat(refused(SHELL + "?ticket=" + ticket, null)).isEqualTo(403);
    }

    @Test
    void case67PagesOfOtherOriginsAndStrangersAreRefused() {
        for (String path : List.of(SHELL, "/acp?agent=demo")) {
            assertThat(refused(path, null)).isEqualTo(401);
            assertThat(refused(path, api.developer)).isEqualTo(403);
            assertThat(refused(path, api.stranger)).isEqualTo(404);
            assertThat(refused(path, api.owner, "Origin", "https://evil.example")).isEqualTo(403);
            assertThat(refused(path, api.owner, "Origin", "null")).isEqualTo(403);
            assertThat(refused(path, api.owner, "Origin", "%")).isEqualTo(403);
            assertThat(refused(path, api.owner, "Origin", "https://portal.example.com.evil.example")).isEqualTo(403);
            connected(path, api.owner, "Origin", "https://portal.example.com");
            connected(path, api.owner, "Origin", "http://127.0.0.1:" + api.port);
        }
    }

    @Test
    void aThreadIsOnePlaceForItsCallerAndNobodyElses() {
        String alike = api.key("acme", "olga", Role.DEVELOPER);
        await(api.grants.add(new Grant("g", new TenantId("acme"), "olga", List.of(), List.of("*"), Instant.now())));
        connected("/acp?agent=demo&thread=slack:T1.2", api.owner);
        connected("/acp?agent=demo&thread=slack:T1.2", alike);
        connected("/acp?agent=both&thread=slack:T1.2", api.owner);
        connected("/acp?agent=both&thread=slack:T1.2", api.stranger);
        connected("/acp?agent=demo", api.owner);
        connected("/acp?agent=demo", api.owner);
        connected(SHELL, api.owner);
        connected(SHELL, api.owner);
        connected(SHELL + "?thread=slack:T1.2", api.owner);
        List<Parrot.Visit> visits = api.door.visits;
        assertThat(visits.get(1).address()).isEqualTo(visits.getFirst().address());
        assertThat(visits.get(7).address()).isEqualTo(visits.get(6).address());
        assertThat(visits.get(8).address().session()).as("beside the agent")
                .isEqualTo(visits.getFirst().address().session());
        assertThat(visits.stream().map(Parrot.Visit::address).distinct()).hasSize(7);
        assertThat(visits.stream().map(visit -> visit.address().session()).distinct()).hasSize(6);
        assertThat(visits).extracting(Parrot.Visit::lasting).startsWith(true, true, true, true, false, false);
        assertThat(refused("/acp?agent=demo&thread=nothing", api.owner)).isEqualTo(400);
    }

    @Test
    void onePrincipalCannotTakeAllPlaces() {
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < ClientSockets.MOST_PER_PRINCIPAL; i++) {
            talks.add(connected(SHELL, api.owner));
        }
        assertThat(refused(SHELL, api.owner)).isEqualTo(429);
        connected("/acp", api.stranger);
        await(talks.getFirst().socket.close());
        await().until(() -> api.door.left.get() == 1);
        connected(SHELL, api.owner);
    }

    @Test
    void aClientThatIsHeldUpLosesNothing() {
        Talk talk = connected("/acp?agent=demo", api.owner);
        MessageSocket server = api.door.visits.getFirst().client();
        server.pause();
        List<String> said = IntStream.range(0, 200).mapToObj(i -> i + "x".repeat(10_000)).toList();
        said.forEach(talk.socket::writeTextMessage);
        await(server.send(Buffer.buffer("a word meanwhile")));
        await().until(() -> talk.heard.stream().anyMatch(each -> each.toString().equals("a word meanwhile")));
        assertThat(talk.heard).hasSizeLessThan(200);
        server.resume();
        await().until(() -> talk.heard.size() == 201);
        assertThat(talk.heard.stream().map(Buffer::toString).filter(each -> !each.startsWith("a"))).isEqualTo(said);
    }

    @Test
    void whatGoesWrongIsToldInTheClose() {
        Talk talk = connected("/acp?agent=demo", api.owner);
        MessageSocket server = api.door.visits.getLast().client();
        var _ = server.send(Buffer.buffer("the last word"));
        server.fail(new ProblemException(new Problem.Conflict("\u00e9".repeat(200))));
        assertThat(talk.closeCode()).isEqualTo(4409);
        assertThat(talk.socket.closeReason()).isEqualTo("\u00e9".repeat(61));
        assertThat(talk.heard).hasSize(1);
        assertThat(server.send(Buffer.buffer("too late"))).satisfies(sent -> await().until(sent::failed));
    }

    @Test
    void aGatewayThatStopsSendsItsClientsAway() {
        Talk talk = connected("/acp?agent=demo", api.owner);
        await(api.sockets.drain(Duration.ZERO));
        assertThat(talk.closeCode()).isEqualTo(1012);
        assertThat(refused("/acp?agent=demo", api.owner)).isEqualTo(503);
    }
}
