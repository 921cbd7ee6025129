package dev.weir.cli;

import dev.weir.config.LogConfig;

/** Hands the log settings to {@code logback.xml}; it must be done before the first logger exists. */
final class Logging {
    private Logging() {}

    /** For a command that tells everything itself: a logger that starts takes longer than the command does. */
    static void off() {
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }

    static void apply(LogConfig config) {
        System.setProperty("weir.log.format", config.format());
        System.setProperty("weir.log.level", config.level());
        System.setProperty("vertx.logger-delegate-factory-class-name",
                "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
}
