package dev.weir.edge.http;

import dev.weir.config.ServerConfig;
import dev.weir.edge.stream.ConnectionCaps;
import dev.weir.edge.stream.FrontDoor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/**
 * One event loop's share of the client-facing listener. Deploy as many as there are event loops, through a supplier; Vert.x lets the
 * instances of one deployment share the port.
 */
public final class ApiServer extends VerticleBase {
    private final ServerConfig config;
    private final ApiRouter router;
    private final ConnectionCaps caps;
    private final Promise<Integer> port;
    private HttpServer server;

    /**
     * @param caps shared by all instances
     * @param port completed with the actual port once the first instance listens; shared by all instances
     */
    public ApiServer(ServerConfig config, ApiRouter router, ConnectionCaps caps, Promise<Integer> port) {
        this.config = config;
        this.router = router;
        this.caps = caps;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = FrontDoor.options(config);
        if (options.getPort() == 0) {
            // To Vert.x a negative port is "any, and the same for all instances of the deployment".
            options.setPort(-1);
        }
        server = vertx.createHttpServer(options);
        server.requestHandler(router.create(vertx));
        FrontDoor.guard(server, config, caps);
        return server.listen().onSuccess(listening -> port.tryComplete(listening.actualPort()));
    }

    /** Closes the listener; streams must have been drained before. */
    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }
}
