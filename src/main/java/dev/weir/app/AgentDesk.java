package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import dev.weir.bridge.acp.AcpMeters;
import dev.weir.bridge.acp.AgentBridge;
import dev.weir.bridge.acp.BridgeMeter;
import dev.weir.bridge.acp.SocketClient;
import dev.weir.bridge.socket.Terminal;
import dev.weir.config.AgentConfig;
import dev.weir.feature.agent.AgentDoor;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.kernel.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts clients of the gateway and configured agents together. */
final class AgentDesk implements AgentDoor {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDesk.class);
    private static final int FAREWELL_SECONDS = 10;
    private static final int ENDED = 1000;

    private final Vertx vertx;
    private final Map<String, AgentConfig> agents;
    private final Map<String, AgentShells> shells;
    private final Map<String, BridgeMeter> meters;
    private final Set<Conversation> open = ConcurrentHashMap.newKeySet();

    AgentDesk(Vertx vertx, Map<String, AgentConfig> agents, Function<AgentConfig, AgentShells> shells,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.agents = agents;
        this.shells = agents.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> shells.apply(each.getValue())));
        this.meters = agents.keySet().stream()
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> new AcpMeters(registry, name)));
    }

    private record Conversation(AgentBridge bridge, Future<Void> over) {}

    @Override
    public MessageSocket.Listener converse(MessageSocket socket, String agent, ShellAddress address, boolean lasting) {
        AgentShells microVms = shells.get(agent);
        SocketClient client = new SocketClient(socket);
        AgentBridge bridge = new AgentBridge(((VertxInternal) vertx).createEventLoopContext(), microVms,
                options(agents.get(agent), lasting), new SecureRandom(), client, meters.get(agent));
        client.use(bridge);
        Future<Void> over = bridge.start(address)
                .onSuccess(_ -> socket.close(ENDED, ""))
                .onFailure(failure -> {
                    LOG.warn("a conversation with {} broke off: {}", agent,
                            ProblemException.problemOf(failure).detail());
                    socket.fail(failure);
                });
        Conversation conversation = new Conversation(bridge, over);
        open.add(conversation);
        over.onComplete(_ -> open.remove(conversation));
        return client;
    }

    @Override
    public MessageSocket.Listener terminal(MessageSocket socket, String agent, ShellAddress address) {
        return Terminal.open(((VertxInternal) vertx).createEventLoopContext(), shells.get(agent), address, socket);
    }

    /** Ends all conversations, and waits for that, but not long. Blocks. */
    void stop() {
        List<Conversation> last = List.copyOf(open);
        last.forEach(each -> each.bridge().quit());
        try {
            Future.join(last.stream().map(Conversation::over).toList()).await(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (Exception late) {
            LOG.warn("conversations with agents did not end in {} s", FAREWELL_SECONDS);
        }
    }

    private static AcpOptions options(AgentConfig agent, boolean lasting) {
        return new AcpOptions(agent.shellCommand(), agent.cancelStrategy().equals("stop"), agent.cwd(),
                agent.clientServices(), lasting, AcpOptions.MAX_LINE, AcpOptions.Times.DEFAULT,
                AcpOptions.Permissions.valueOf(agent.permissions().toUpperCase(Locale.ROOT)));
    }
}
