package dev.weir.emulator.session;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Something that serves AgentCore's container contract ({@code /ping}, {@code /invocations}, {@code /ws}) on a loopback port.
 *
 * @param stop ends it with everything it started; called once; completes when it is gone
 */
public record Container(int port, Supplier<Future<Void>> stop) {}
