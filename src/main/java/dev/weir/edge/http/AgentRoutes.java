package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.edge.stream.ClientSockets;
import dev.weir.edge.stream.ClientSockets.Speech;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.agent.AgentDoor;
import dev.weir.feature.agent.Agents;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.kernel.Caller;
import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Agents: which there are, tickets for them, conversations in ACP's remote transport, and terminals in their microVMs. */
final class AgentRoutes {
    /** As long as a message may be on the way to an agent (bridge.acp.AcpOptions.MAX_LINE). */
    private static final int MAX_ACP_MESSAGE = 32 * 1024 * 1024;
    private static final int MAX_SKIPS = Integer.MAX_VALUE;
    private static final String THREAD_RULE = "must be PLATFORM:ID, the platform in small letters";

    private final Access access;
    private final Tickets tickets;
    private final Agents agents;
    private final AgentDoor door;
    private final ClientSockets sockets;

    AgentRoutes(Features features, ClientSockets sockets) {
        this.access = features.access();
        this.tickets = features.tickets();
        this.agents = features.agents().configured();
        this.door = features.agents().door();
        this.sockets = sockets;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, "/v1/agents", this::list);
        mount.secured(HttpMethod.POST, "/v1/agents/{agent}/tickets", this::ticket);
        mount.usable("/v1/agents/{agent}/shells/{shell_id}/socket", agents, ctx -> Optional.of(Path.id(ctx, "agent")),
                this::terminal);
        mount.usable("/acp", agents, ctx -> new Query(ctx).id("agent"), this::converse);
    }

    /** Those of the tenant that the caller may use. */
    private Future<Void> list(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return access.allowance(caller).compose(allowance -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("agents");
            agents.of(caller.tenant()).stream().filter(allowance::allowsAgent)
                    .forEach(name -> items.addObject().put("name", name));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> ticket(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        String agent = Path.id(ctx, "agent");
        agents.find(caller.tenant(), agent);
        return access.agent(caller, agent).compose(permit -> {
            Tickets.Ticket ticket = tickets.issueForAgent(permit, agent);
            return Reply.json(ctx, 201, Json.object()
                    .put("ticket", ticket.token().reveal())
                    .put("agent", agent)
                    .put("expires_at", ticket.expiresAt().toString()));
        });
    }

    private Future<Void> terminal(RoutingContext ctx, Authentication.AgentUser user) {
        String shell = Path.id(ctx, "shell_id");
        Optional<String> thread = thread(ctx);
        ShellAddress address = agents.terminal(user.permit(), user.agent(), thread, shell);
        return open(ctx, user, new Speech(false, ShellLimits.MAX_MESSAGE, ShellLimits.TEXTS - 1), HttpHeaders.headers(),
                client -> door.terminal(client, user.agent(), address));
    }

    private Future<Void> converse(RoutingContext ctx, Authentication.AgentUser user) {
        Optional<String> thread = thread(ctx);
        ShellAddress address = agents.conversation(user.permit(), user.agent(), thread);
        MultiMap headers = HttpHeaders.headers().add("Acp-Connection-Id", UUID.randomUUID().toString());
        return open(ctx, user, new Speech(true, MAX_ACP_MESSAGE, MAX_SKIPS), headers,
                client -> door.converse(client, user.agent(), address, thread.isPresent()));
    }

    private Future<Void> open(RoutingContext ctx, Authentication.AgentUser user, Speech speech, MultiMap headers,
            Function<MessageSocket, MessageSocket.Listener> service) {
        Permit permit = user.permit();
        Origins.check(ctx.request(), agents.find(permit.tenant(), user.agent()).origins());
        if (!ctx.request().canUpgradeToWebSocket()) {
            ctx.response().putHeader("Upgrade", "websocket");
            throw new HttpException(426, "this resource is a WebSocket");
        }
        RequestLoop.run(ctx, () -> sockets.open(ctx, permit.caller(), speech, headers, service));
        return Future.succeededFuture();
    }

    private static Optional<String> thread(RoutingContext ctx) {
        Query query = new Query(ctx);
        Optional<String> thread = query.read("thread", text -> Optional.of(text).filter(ShellAddress::isThread),
                THREAD_RULE);
        query.doneLeniently();
        return thread;
    }
}
