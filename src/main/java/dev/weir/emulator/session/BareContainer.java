package dev.weir.emulator.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;

/** A container that is well and serves nothing: a machine for shells and commands. */
public final class BareContainer implements ContainerStarter {
    private static final int NOT_FOUND = 404;

    private final Vertx vertx;

    public BareContainer(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<Container> start(Path sessionDir) {
        return vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> {
                    if ("/ping".equals(request.path())) {
                        request.response().end("{\"status\":\"Healthy\"}");
                    } else {
                        request.response().setStatusCode(NOT_FOUND).end();
                    }
                })
                .listen().map(server -> new Container(server.actualPort(), server::close));
    }
}
