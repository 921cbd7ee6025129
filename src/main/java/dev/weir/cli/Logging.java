package dev.weir.cli;

import dev.weir.config.LogConfig;

/** Hands the log settings to {@code logback.xml}; it must be done before the first logger exists. */
final class Logging {
    private Logging() {}

    static void apply(LogConfig config) {
        System.setProperty("weir.log.format", config.format());
        System.setProperty("weir.log.level", config.level());
        System.setProperty("vertx.logger-delegate-factory-class-name",
                "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
}
