package dev.weir.foreign;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * What a browser talks to: the page, a place where the page tells what it saw, and a streaming reverse proxy to the gateway, so that all is
 * of one origin and stays where it is while the gateway behind it dies and comes back. With nobody behind it, it hangs up without an
 * answer: a status would end an EventSource for good (WHATWG HTML, 9.2.3).
 */
final class BrowserFront implements AutoCloseable {
    private static final String PROTOCOL = "weir.run.v1";
    private static final String AT_PAGE = "page";

    private final Map<String, List<JsonObject>> told = new ConcurrentHashMap<>();
    private final Map<String, List<Integer>> answers = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final WebSocketClient sockets = vertx.createWebSocketClient();
    private final Supplier<URI> gateway;
    private final HttpServer server;

    BrowserFront(String page, Supplier<URI> gateway) {
        this.gateway = gateway;
        this.server = vertx.createHttpServer(new HttpServerOptions().setWebSocketSubProtocols(List.of(PROTOCOL)))
                .requestHandler(request -> {
                    if (request.path().equals("/page")) {
                        request.response().putHeader("Content-Type", "text/html; charset=utf-8").end(page);
                    } else if (request.path().equals("/told")) {
                        hear(request);
                    } else if (request.path().endsWith("/socket")) {
                        request.toWebSocket().onSuccess(socket -> relay(request, socket));
                    } else if (request.path().startsWith("/v1/")) {
                        forward(request);
                    } else {
                        request.response().setStatusCode(404).end();
                    }
                })
                .listen(0, "127.0.0.1").await();
    }

    String url(String pathAndQuery) {
        return "http://127.0.0.1:" + server.actualPort() + pathAndQuery;
    }

    /** What the page has told of one of its readers, in order. */
    List<JsonObject> told(String reader) {
        return told.computeIfAbsent(reader, _ -> new CopyOnWriteArrayList<>());
    }

    /** The statuses that the gateway answered to the requests of one page's EventSource, in order. */
    List<Integer> answers(String page) {
        return answers.computeIfAbsent(page, _ -> new CopyOnWriteArrayList<>());
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void hear(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            JsonObject message = body.toJsonObject();
            told(message.getString("reader")).add(message);
            request.response().setStatusCode(204).end();
        });
    }

    private void forward(HttpServerRequest request) {
        request.pause();
        client.request(HttpMethod.GET, gateway.get().getPort(), "127.0.0.1", request.uri())
                .compose(upstream -> {
                    request.headers().forEach((name, value) -> {
                        if (!name.equalsIgnoreCase("Host")) {
                            upstream.putHeader(name, value);
                        }
                    });
                    request.response().exceptionHandler(_ -> upstream.reset());
                    return upstream.send();
                })
                .onFailure(_ -> request.connection().close())
                .onSuccess(answer -> {
                    answers(request.getParam(AT_PAGE)).add(answer.statusCode());
                    request.response().setStatusCode(answer.statusCode());
                    answer.headers().forEach(request.response()::putHeader);
                    answer.pipe().endOnFailure(false).to(request.response())
                            .onFailure(_ -> request.connection().close());
                });
    }

    private void relay(HttpServerRequest request, ServerWebSocket browser) {
        browser.pause();
        sockets.connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(gateway.get().getPort())
                .setURI(request.uri()).addSubProtocol(PROTOCOL))
                .onFailure(_ -> browser.close((short) 1012))
                .onSuccess(upstream -> join(upstream, browser));
    }

    private static void join(WebSocket upstream, ServerWebSocket browser) {
        upstream.textMessageHandler(browser::writeTextMessage);
        upstream.closeHandler(_ -> {
            Short code = upstream.closeStatusCode();
            browser.close(code == null || code == 1006 ? 1012 : code);
        });
        browser.closeHandler(_ -> upstream.close());
        browser.resume();
    }
}
