package dev.weir.config;

import java.time.Duration;

/**
 * Live output.
 *
 * @param retry what SSE clients are told to wait before they reconnect
 * @param heartbeat the longest silence on an SSE stream
 * @param ping between WebSocket pings; two unanswered ones end the connection
 * @param tailEvents newest events of a running run kept in memory, per run
 * @param tailBytes their size, at most (events not yet durable are kept beyond it)
 */
public record StreamsConfig(Duration retry, Duration heartbeat, Duration ping, int tailEvents, int tailBytes) {
    public static final StreamsConfig DEFAULT = new StreamsConfig(Duration.ofSeconds(1), Duration.ofSeconds(15),
            Duration.ofSeconds(20), 2048, 1024 * 1024);
}
