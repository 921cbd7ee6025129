package dev.weir.app;

import dev.weir.bridge.acp.AcpOptions;
import dev.weir.bridge.acp.Relay;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.DecodeException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our end of a gateway's {@code /acp}. One event loop. */
final class GatewaySocket implements MessageSocket {
    private static final Logger LOG = LoggerFactory.getLogger(GatewaySocket.class);
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration PING = Duration.ofSeconds(20);
    private static final int UNANSWERED = 2;
    private static final int MOST_WORDS = 300;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final WebSocket socket;
    private int unanswered;

    private GatewaySocket(WebSocket socket) {
        this.socket = socket;
    }

    /** Connects once; what comes of it, and of the connection, is told to {@code relay}. */
    static void open(Vertx vertx, AcpOrder order, Relay relay) {
        boolean tls = order.server().getScheme().equals("https");
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setSsl(tls)
                .setVerifyHost(tls).setConnectTimeout((int) CONNECT.toMillis())
                .setMaxFrameSize(AcpOptions.MAX_LINE).setMaxMessageSize(AcpOptions.MAX_LINE));
        WebSocketConnectOptions target = new WebSocketConnectOptions().setHost(order.server().getHost())
                .setPort(port(order.server())).setSsl(tls).setURI(path(order)).setAllowOriginHeader(false)
                .setTimeout(CONNECT.toMillis());
        if (!order.key().reveal().isEmpty()) {
            target.addHeader("Authorization", "Bearer " + order.key().reveal());
        }
        // A client that nobody refers to is collected, and its connections closed with it: it is closed here, at the end.
        client.connect(target).onSuccess(wire -> new GatewaySocket(wire).serve(vertx, relay, client::close))
                .onFailure(failure -> {
                    relay.lost(refusal(failure, order.server()));
                    var _ = client.close();
                });
    }

    private void serve(Vertx vertx, Relay relay, Runnable over) {
        socket.textMessageHandler(text -> relay.told(Buffer.buffer(text)));
        socket.pongHandler(_ -> unanswered = 0);
        long pings = vertx.setPeriodic(PING.toMillis(), _ -> ping());
        socket.exceptionHandler(_ -> {
            // the close that follows says all
        });
        socket.closeHandler(_ -> {
            vertx.cancelTimer(pings);
            over.run();
            relay.lost(problem(socket.closeStatusCode(), socket.closeReason()));
        });
        relay.connected(this);
    }

    private void ping() {
        if (unanswered++ == UNANSWERED) {
            var _ = socket.shutdown(0, TimeUnit.SECONDS);
        } else {
            var _ = socket.writePing(Buffer.buffer());
        }
    }

    @Override
    public Future<Void> send(Buffer message) {
        return socket.writeTextMessage(message.toString());
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        unanswered = 0;
        socket.resume();
    }

    @Override
    public void close(int code, String reason) {
        var _ = socket.close((short) code, reason);
    }

    @Override
    public void fail(Throwable problem) {
        close(1011, "");
    }

    private static int port(URI server) {
        return server.getPort() >= 0 ? server.getPort() : server.getScheme().equals("https") ? 443 : 80;
    }

    private static String path(AcpOrder order) {
        String base = order.server().getRawPath() == null ? "" : order.server().getRawPath();
        String agent = order.agent().isEmpty() ? "" : "agent=" + encoded(order.agent());
        String thread = order.thread().isEmpty() ? "" : "thread=" + encoded(order.thread());
        String both = agent + (agent.isEmpty() || thread.isEmpty() ? "" : "&") + thread;
        return base + "/acp" + (both.isEmpty() ? "" : "?" + both);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Problem refusal(Throwable failure, URI server) {
        if (failure instanceof UpgradeRejectedException refused) {
            return of(refused.getStatus(), words(refused.getBody(), refused.getStatus()));
        }
        if (ProblemException.problemOf(failure) instanceof Problem.Internal) {
            LOG.debug("no connection to the gateway", failure);
            return new Problem.Unavailable("nothing answers at " + server, SOON, "");
        }
        return ProblemException.problemOf(failure);
    }

    private static String words(Buffer body, int status) {
        try {
            String detail = body == null ? null : body.toJsonObject().getString("detail");
            if (detail != null) {
                return detail.substring(0, Math.min(MOST_WORDS, detail.length())).replaceAll("[^ -~]", "?");
            }
        } catch (DecodeException | ClassCastException noProblemDocument) {
            // the status has to do
        }
        return "the gateway answered " + status;
    }

    /** What a close code says (the API's table of problems). */
    private static Problem problem(Short code, String reason) {
        String words = reason == null || reason.isEmpty() ? "the gateway closed the connection" : reason;
        return switch (code == null ? 1006 : code) {
            case 4400, 4401, 4403, 4404, 4409, 4429 -> of(code - 4000, words);
            case 1002, 1003, 1007 -> of(400, words);
            case 1009 -> of(413, words);
            case 1014 -> of(502, words);
            case 4504 -> of(504, words);
            case 1006 -> of(503, "the connection to the gateway was lost");
            default -> of(503, words);
        };
    }

    private static Problem of(int status, String words) {
        return switch (status) {
            case 400 -> Problem.Invalid.of("", words);
            case 401 -> new Problem.Unauthenticated(words);
            case 403 -> new Problem.Forbidden(words);
            case 404 -> new Problem.NotFound("agent", "");
            case 409 -> new Problem.Conflict(words);
            case 413 -> new Problem.TooLarge("a message", AcpOptions.MAX_LINE);
            case 429 -> new Problem.QuotaExceeded(words, SOON, "");
            case 502 -> new Problem.UpstreamFailed("the agent", words);
            case 504 -> new Problem.UpstreamTimeout("the agent");
            default -> new Problem.Unavailable(words, SOON, "");
        };
    }
}
