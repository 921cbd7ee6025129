package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import dev.weir.bridge.acp.AgentBridge;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code weir agentcore-bridge}: an ACP agent at this process's standard streams that really is in a microVM. */
public final class StdioBridge {
    private static final int INTERRUPTED = 130;
    private static final int FAREWELL_SECONDS = 8;

    private StdioBridge() {}

    /** Runs until the client has ended its input, and returns 0; throws the problem that ended it otherwise. */
    public static int run(BridgeOrder order) {
        Vertx vertx = Vertx.vertx();
        VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
        AgentCoreShells shells = new AgentCoreShells(vertx, order.target().config(),
                CredentialsCache.ofEnvironment(), http, order.target().auth(),
                ShellRetry.aws(() -> ThreadLocalRandom.current().nextLong()));
        boolean shared = !order.thread().isEmpty();
        ShellAddress address = shared ? ShellAddress.ofThread(order.thread()) : ShellAddress.random();
        AcpOptions options = new AcpOptions(order.command(), order.stopOnCancel(), order.cwd(),
                order.clientServices(), shared, AcpOptions.MAX_LINE, times(order));
        StdioClient client = new StdioClient(new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out));
        AgentBridge bridge = new AgentBridge(((VertxInternal) vertx).createEventLoopContext(), shells, options,
                new SecureRandom(), client);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean regular = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endBySignal(bridge, regular, ended), "bridge-stop"));
        Future<Void> done = bridge.start(address).onComplete(v -> ended.countDown());
        client.start(bridge, options.maxLine());
        try {
            done.await();
            return 0;
        } finally {
            regular.set(true);
            shells.stop().await();
            http.close();
            vertx.close().await();
        }
    }

    /** After a signal: the agent is ended in order, within limits; an ordinary end comes by here, too, and has nothing left to do. */
    private static void endBySignal(AgentBridge bridge, AtomicBoolean regular, CountDownLatch ended) {
        if (regular.get()) {
            return;
        }
        bridge.interrupt();
        try {
            ended.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(INTERRUPTED);
    }

    private static AcpOptions.Times times(BridgeOrder order) {
        AcpOptions.Times d = AcpOptions.Times.DEFAULT;
        return new AcpOptions.Times(order.startTimeout(), d.probe(), d.cancelWarn(), d.cancelAct(), d.drain(),
                d.restore(), d.end());
    }
}
