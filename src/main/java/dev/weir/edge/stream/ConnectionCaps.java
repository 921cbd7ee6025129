package dev.weir.edge.stream;

import dev.weir.config.ServerConfig;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections are open, in all and by address. Exact under concurrency; one object for all servers of a listener. */
public final class ConnectionCaps {
    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    public ConnectionCaps(ServerConfig config) {
        this.most = config.maxConnections();
        this.mostPerAddress = config.maxConnectionsPerAddress();
    }

    /** Connections admitted and not given back. */
    public int open() {
        return open.get();
    }

    /** Counts one more if both caps allow it; then, and only then, {@link #release} is owed exactly once. */
    boolean admit(InetAddress address) {
        if (open.getAndUpdate(n -> n < most ? n + 1 : n) >= most) {
            return false;
        }
        boolean[] admitted = new boolean[1];
        byAddress.compute(address, (_, n) -> {
            int now = n == null ? 0 : n;
            admitted[0] = now < mostPerAddress;
            return admitted[0] ? Integer.valueOf(now + 1) : n;
        });
        if (!admitted[0]) {
            open.decrementAndGet();
        }
        return admitted[0];
    }

    void release(InetAddress address) {
        byAddress.compute(address, (_, n) -> n == null || n == 1 ? null : Integer.valueOf(n - 1));
        open.decrementAndGet();
    }
}
