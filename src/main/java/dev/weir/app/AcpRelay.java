package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import dev.weir.bridge.acp.Relay;
import dev.weir.bridge.acp.StdioClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code weir acp}: an ACP agent at this process's standard streams that really is behind a gateway. */
public final class AcpRelay {
    private static final int INTERRUPTED = 130;

    private AcpRelay() {}

    /** Runs until the client has ended its input, and returns 0, or 130 after a signal; throws the problem that ended it otherwise. */
    public static int run(AcpOrder order) {
        Vertx vertx = Vertx.vertx();
        StdioClient client = new StdioClient(new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out));
        Relay relay = new Relay(((VertxInternal) vertx).createEventLoopContext(), client,
                AcpOptions.Times.DEFAULT.drain());
        Future<Void> done = relay.done();
        AtomicBoolean interrupted = new AtomicBoolean();
        StopSignals.handle(() -> {
            interrupted.set(true);
            relay.interrupt();
        }, () -> Runtime.getRuntime().halt(INTERRUPTED));
        GatewaySocket.open(vertx, order, relay);
        client.start(relay, AcpOptions.MAX_LINE);
        try {
            done.await();
            return interrupted.get() ? INTERRUPTED : 0;
        } finally {
            vertx.close().await();
        }
    }
}
