package dev.weir.config;

/**
 * The operators' listener: health and metrics.
 *
 * @param port 0 = any free one
 */
public record AdminConfig(String host, int port) {
    public static final AdminConfig DEFAULT = new AdminConfig("127.0.0.1", 9090);
}
