package dev.weir.config;

/**
 * What is logged, on standard error.
 *
 * @param format {@code text} or {@code json}
 * @param level {@code debug}, {@code info}, {@code warn} or {@code error}
 */
public record LogConfig(String format, String level) {
    public static final LogConfig DEFAULT = new LogConfig("text", "info");
}
