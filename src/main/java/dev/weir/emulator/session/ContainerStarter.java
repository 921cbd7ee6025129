package dev.weir.emulator.session;

import io.vertx.core.Future;
import java.nio.file.Path;

/** Starts the container of one session. Called on a virtual thread, outside any event loop, once per session. */
@FunctionalInterface
public interface ContainerStarter {
    /**
     * Completes as soon as the port is known; the container may still be starting, the caller waits for its {@code /ping}.
     *
     * @param sessionDir empty, owned by the session, removed after it
     */
    Future<Container> start(Path sessionDir);
}
