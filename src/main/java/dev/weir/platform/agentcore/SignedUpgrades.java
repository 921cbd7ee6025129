package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.EventLoops;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.VertxInternal;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens WebSockets to AgentCore with fresh credentials. Tries once: when to try again is the caller's rule. */
final class SignedUpgrades {
    private static final Logger LOG = LoggerFactory.getLogger(SignedUpgrades.class);

    /** AgentCore's limit for a frame and for a message. */
    private static final int LARGEST_MESSAGE = 64 * 1024;
    /** Vert.x allows 50 by default and queues the rest without a bound; the runs a gateway leases are the bound here. */
    private static final int SOCKETS = 100_000;
    private static final Duration TCP_CONNECT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final Supplier<CompletableFuture<Proof>> proofs;
    private final WebSocketClient client;

    /** @param proofs asked for each connection; fails with a {@link ProblemException} */
    SignedUpgrades(Vertx vertx, AgentCoreConfig config, Supplier<CompletableFuture<Proof>> proofs,
            WebSocketClientOptions tls) {
        this.vertx = vertx;
        this.config = config;
        this.proofs = proofs;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions(tls)
                .setMaxConnections(SOCKETS)
                .setMaxFrameSize(LARGEST_MESSAGE)
                .setMaxMessageSize(LARGEST_MESSAGE)
                .setTryUsePerFrameCompression(false)
                .setTryUsePerMessageCompression(false)
                .setClosingTimeout(Math.toIntExact(FAREWELL.toSeconds()))
                .setConnectTimeout(Math.toIntExact(TCP_CONNECT.toMillis())));
    }

    /**
     * What to ask for, once the proof of who asks is there.
     *
     * @param target in its http or https form
     */
    record Upgrade(URI target, MultiMap headers) {}

    /**
     * Completes with what {@code accept} made of the socket, on the caller's event loop or else on one of its own.
     *
     * @param accept called on that event loop, in the turn in which the socket was opened
     * @param abandon what to do with it if it came too late
     * @param refusal what a failure is to the caller
     */
    <T> Future<T> open(Function<Proof, Upgrade> upgrade, Function<WebSocket, T> accept,
            Consumer<T> abandon, Function<Throwable, ProblemException> refusal) {
        Promise<T> outcome = ((VertxInternal) vertx).promise();
        Context context = EventLoops.here(vertx);
        context.runOnContext(v -> {
            long timer = vertx.setTimer(config.connectTimeout().toMillis(),
                    id -> outcome.tryFail(Refusal.timedOut()));
            outcome.future().onComplete(w -> vertx.cancelTimer(timer));
            var _ = proofs.get()
                    .whenComplete((proof, failure) -> context.runOnContext(w -> {
                        if (failure != null) {
                            outcome.tryFail(Refusal.of(failure));
                            return;
                        }
                        client.connect(options(upgrade.apply(proof))).map(accept).onComplete(opened -> {
                            if (!outcome.tryComplete(opened)) {
                                abandon.accept(opened); // opened after all, but nobody waits any more
                            }
                        }, refused -> {
                            log(refused);
                            outcome.tryFail(refusal.apply(refused));
                        });
                    }));
        });
        return outcome.future();
    }

    Future<Void> close() {
        return client.close();
    }

    /** The socket of {@code wire} with the configured signs of life. */
    <M> LiveSocket<M> live(WebSocket wire, LiveSocket.Reader<M> reader) {
        return new LiveSocket<>(vertx, wire, reader, config.ping(), config.deadAfter(), FAREWELL);
    }

    static ProblemException noCredentials() {
        return new ProblemException(
                new Problem.Unavailable("there are no AWS credentials at the moment", Duration.ofSeconds(5), ""));
    }

    private WebSocketConnectOptions options(Upgrade upgrade) {
        URI target = upgrade.target();
        boolean tls = "https".equals(target.getScheme());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(target.getHost())
                .setPort(target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setURI(target.getRawPath() + "?" + target.getRawQuery())
                .setAllowOriginHeader(false)
                .setTimeout(config.connectTimeout().toMillis())
                .setHeaders(HttpHeaders.headers().addAll(upgrade.headers()));
        return options;
    }

    /** For the operator: what the caller is not told. Bodies of 403 quote the signed request and stay out of the log. */
    private static void log(Throwable failure) {
        if (failure instanceof UpgradeRejectedException rejected) {
            LOG.warn("agent connection refused: status={} type={} request={}", rejected.getStatus(),
                    Printable.of(rejected.getHeaders().get("x-amzn-ErrorType"), 64),
                    Printable.of(rejected.getHeaders().get("x-amzn-RequestId"), 64));
        } else {
            LOG.warn("agent connection failed: {}", failure.getClass().getSimpleName());
        }
    }
}
