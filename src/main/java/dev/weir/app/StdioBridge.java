package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import dev.weir.bridge.acp.AgentBridge;
import dev.weir.bridge.acp.BridgeSummary;
import dev.weir.bridge.acp.StdioClient;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.platform.agentcore.AgentCoreShells;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weir agentcore-bridge}: an ACP agent at this process's standard streams that really is in a microVM. */
public final class StdioBridge {
    private static final Logger LOG = LoggerFactory.getLogger(StdioBridge.class);
    private static final int INTERRUPTED = 130;
    /** For ending the agent in order after a signal: clients kill a process that takes five. */
    private static final Duration FAREWELL = Duration.ofSeconds(4);
    private static final int CLOSING_SECONDS = 5;

    private StdioBridge() {}

    /** Runs until the client has ended its input, and returns 0, or 130 after a signal; throws the problem that ended it otherwise. */
    public static int run(BridgeOrder order) {
        Vertx vertx = Vertx.vertx();
        VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
        AgentCoreShells shells = new AgentCoreShells(vertx, order.target().config(),
                CredentialsCache.ofEnvironment(), http, order.target().auth(),
                ShellRetry.aws(() -> ThreadLocalRandom.current().nextLong()));
        boolean shared = !order.thread().isEmpty();
        ShellAddress address = shared ? ShellAddress.ofThread(order.thread()) : ShellAddress.random();
        AcpOptions options = new AcpOptions(order.command(), order.policy().stopOnCancel(), order.cwd(),
                order.policy().clientServices(), shared, AcpOptions.MAX_LINE, times(order),
                AcpOptions.Permissions.valueOf(order.policy().permissions().toUpperCase(Locale.ROOT)));
        StdioClient client = new StdioClient(new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out));
        AgentBridge bridge = new AgentBridge(((VertxInternal) vertx).createEventLoopContext(), shells, options,
                new SecureRandom(), client, new BridgeSummary());
        AtomicBoolean interrupted = new AtomicBoolean();
        StopSignals.handle(() -> {
            interrupted.set(true);
            bridge.quit();
            long _ = vertx.setTimer(FAREWELL.toMillis(), id -> Runtime.getRuntime().halt(INTERRUPTED));
        }, () -> Runtime.getRuntime().halt(INTERRUPTED));
        Future<Void> done = bridge.start(address);
        client.start(bridge, options.maxLine());
        try {
            done.await();
            return interrupted.get() ? INTERRUPTED : 0;
        } finally {
            close(shells, http, vertx);
        }
    }

    private static void close(AgentCoreShells shells, VertxSdkHttpClient http, Vertx vertx) {
        try {
            shells.stop().await(CLOSING_SECONDS, TimeUnit.SECONDS);
            http.close();
            vertx.close().await(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (Exception late) {
            LOG.warn("the connections were not closed in {} s", CLOSING_SECONDS); // the process is ending anyway
        }
    }

    private static AcpOptions.Times times(BridgeOrder order) {
        AcpOptions.Times d = AcpOptions.Times.DEFAULT;
        return new AcpOptions.Times(order.startTimeout(), d.probe(), d.cancelWarn(), d.cancelAct(), d.drain(),
                d.restore(), d.end());
    }
}
