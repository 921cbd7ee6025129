package dev.weir.emulator.interpreter;

import io.vertx.core.json.JsonObject;

/** Where a tool's results go, one after the other; called on the tool's own thread. */
public interface Answer {
    /** One {@code result} event. Waits while the reader is slow; does nothing once there is no reader any more. */
    void next(JsonObject result) throws InterruptedException;
}
