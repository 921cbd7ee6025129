package dev.weir.config;

import java.time.Duration;

/**
 * The client-facing listener and what one client may take of it.
 *
 * @param port 0 = any free one
 * @param publicUrl where clients and microVMs reach this gateway; empty = {@code http://host:port}
 * @param idle a connection without a byte either way for so long is closed (streams are kept by their heartbeats)
 * @param headerTimeout from accept to the end of the first request's header block
 * @param drain how long a graceful stop spreads the closing of streams over
 */
public record ServerConfig(
        String host,
        int port,
        String publicUrl,
        Duration idle,
        Duration headerTimeout,
        int maxHeaderBytes,
        int maxConnections,
        int maxConnectionsPerAddress,
        HttpLimits limits,
        Duration drain) {
    /** Sizes of request bodies, in bytes. */
    public record HttpLimits(int maxBodyBytes, long maxPackageBytes) {}

    public static final ServerConfig DEFAULT = new ServerConfig("127.0.0.1", 8080, "", Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            16 * 1024, 20_000, 15_000, new HttpLimits(1024 * 1024, 50L * 1024 * 1024), Duration.ofSeconds(5));
}
