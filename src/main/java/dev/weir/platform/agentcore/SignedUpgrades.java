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
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens WebSockets to AgentCore with fresh credentials. Tries once: when to try again is the caller's rule. */
final class SignedUpgrades {
    private static final Logger LOG = LoggerFactory.getLogger(SignedUpgrades.class);

    /**
     * AgentCore's own limit for a frame and for a message is 64 KiB; whether it counts what is around the payload is not certain, and for
     * what it sends a little more is no reason to end a connection.
     */
    static final int LARGEST_MESSAGE = 1024 * 1024;
    /** Vert.x allows 50 by default and queues the rest without a bound; the runs a gateway leases are the bound here. */
    private static final int SOCKETS = 100_000;
    private static final Duration TCP_CONNECT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /** For TCP and TLS, which have limits of their own, of 10 s each, and for closing what took too long. */
    private static final Duration AROUND_THE_UPGRADE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final ShellAuth auth;
    private final CredentialsCache credentials;
    private final WebSocketClient client;

    /** @param credentials not asked when {@code auth} is a bearer token */
    SignedUpgrades(Vertx vertx, AgentCoreConfig config, ShellAuth auth, CredentialsCache credentials,
            WebSocketClientOptions tls) {
        this.vertx = vertx;
        this.config = config;
        this.auth = auth;
        this.credentials = credentials;
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
     * Completes with what {@code accept} made of the socket, on the caller's event loop or else on one of its own. An upgrade that takes too
     * long is ended before that is told: one that came late would take a shell from the connection that was made in its place.
     *
     * @param accept called on that event loop, in the turn in which the socket was opened
     * @param abandon what to do with it if it came too late
     * @param refusal what a failure is to the caller
     */
    <T> Future<T> open(Function<Proof, Upgrade> upgrade, Function<WebSocket, T> accept,
            Consumer<T> abandon, Function<Throwable, ProblemException> refusal) {
        Promise<T> outcome = ((VertxInternal) vertx).promise();
        Context context = EventLoops.here(vertx);
        long begun = System.nanoTime();
        context.runOnContext(v -> proof(context).onComplete(proof -> {
            Duration left = config.connectTimeout().minusNanos(System.nanoTime() - begun);
            limited(outcome, left.plus(AROUND_THE_UPGRADE));
            client.connect(options(upgrade.apply(proof), left)).map(accept).onComplete(opened -> {
                if (!outcome.tryComplete(opened)) {
                    abandon.accept(opened); // opened after all, but nobody waits any more
                }
            }, refused -> {
                log(refused);
                doubt(proof, refused);
                boolean late = System.nanoTime() - begun >= config.connectTimeout().toNanos();
                outcome.tryFail(late ? Refusal.timedOut() : refusal.apply(refused));
            });
        }, outcome::tryFail));
        return outcome.future();
    }

    private Future<Proof> proof(Context context) {
        Promise<Proof> found = Promise.promise();
        limited(found, config.connectTimeout());
        var _ = Proof.find(auth, credentials).whenComplete((proof, failure) -> context.runOnContext(v -> {
            if (failure == null) {
                found.tryComplete(proof);
            } else {
                found.tryFail(Refusal.of(failure));
            }
        }));
        return found.future();
    }

    private void limited(Promise<?> promise, Duration limit) {
        long timer = vertx.setTimer(Math.max(1, limit.toMillis()), id -> promise.tryFail(Refusal.timedOut()));
        promise.future().onComplete(v -> vertx.cancelTimer(timer));
    }

    /** They may have been exchanged for others before they were looked at again. */
    private void doubt(Proof used, Throwable failure) {
        if (used instanceof Proof.Keys keys && failure instanceof UpgradeRejectedException rejected
                && (rejected.getStatus() == 401 || rejected.getStatus() == 403)) {
            credentials.doubt(keys.identity());
        }
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

    private WebSocketConnectOptions options(Upgrade upgrade, Duration left) {
        URI target = upgrade.target();
        boolean tls = "https".equals(target.getScheme());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(target.getHost())
                .setPort(target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setURI(target.getRawPath() + "?" + target.getRawQuery())
                .setAllowOriginHeader(false)
                .setTimeout(Math.max(1, left.toMillis() + 1))
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
