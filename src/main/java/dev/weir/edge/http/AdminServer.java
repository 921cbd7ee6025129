package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.config.AdminConfig;
import dev.weir.kernel.Component;
import dev.weir.observe.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' listener: {@code /livez}, {@code /readyz}, {@code /metrics}; nothing of it needs the product to work. */
public final class AdminServer implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final AdminConfig config;
    private final PrometheusMeterRegistry registry;
    private final Supplier<Readiness> readiness;
    private Future<HttpServer> server;

    /**
     * @param readiness asked for at every {@code /readyz}; must not block
     */
    public AdminServer(Vertx vertx, AdminConfig config, PrometheusMeterRegistry registry,
            Supplier<Readiness> readiness) {
        this.vertx = vertx;
        this.config = config;
        this.registry = registry;
        this.readiness = readiness;
    }

    @Override
    public synchronized Future<Void> start() {
        if (server == null) {
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(config.port())
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false);
            server = vertx.createHttpServer(options).requestHandler(this::handle).listen();
        }
        return server.mapEmpty();
    }

    @Override
    public synchronized Future<Void> stop() {
        return server == null
                ? Future.succeededFuture()
                : server.compose(HttpServer::close, _ -> Future.succeededFuture());
    }

    /** The actual port, once started. */
    public synchronized int port() {
        return server.result().actualPort();
    }

    private void handle(HttpServerRequest request) {
        switch (request.path() == null ? "" : request.path()) {
            case "/livez", "/readyz", "/metrics" -> {
                if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
                    answer(request);
                } else {
                    request.response().putHeader("Allow", "GET, HEAD");
                    problem(request, 405, "Method Not Allowed");
                }
            }
            default -> problem(request, 404, "Not Found");
        }
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/livez" -> send(request, 200, Reply.JSON, Json.bytes(Json.object().put("alive", true)));
            case "/readyz" -> {
                Readiness now = readiness.get();
                ObjectNode body = Json.object().put("ready", now.ready());
                ArrayNode reasons = body.putArray("reasons");
                now.reasons().forEach(reasons::add);
                send(request, now.ready() ? 200 : 503, Reply.JSON, Json.bytes(body));
            }
            default -> vertx.executeBlocking(registry::scrape, false)
                    .onSuccess(
                            text -> send(request, 200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(text)))
                    .onFailure(cause -> {
                        LOG.error("the metrics cannot be written", cause);
                        problem(request, 500, "Internal Server Error");
                    });
        }
    }

    private static void problem(HttpServerRequest request, int status, String title) {
        send(request, status, Reply.PROBLEM, Json.bytes(ProblemMapper.document("about:blank", title, status, title)));
    }

    private static void send(HttpServerRequest request, int status, String type, Buffer body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Content-Length", Integer.toString(body.length()))
                .end(body);
    }
}
