package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.EventLoops;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Opens signed agent WebSockets. Tries once: when to try again is the feature's rule. */
final class AgentDialer {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDialer.class);

    private static final String SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{32,99}");

    /** AgentCore's limit for a frame and for a message. */
    private static final int LARGEST_MESSAGE = 64 * 1024;
    /** Vert.x allows 50 by default and queues the rest without a bound; the runs a gateway leases are the bound here. */
    private static final int SOCKETS = 100_000;
    private static final Duration TCP_CONNECT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final CredentialsCache credentials;
    private final AgentSigner signer;
    private final WebSocketClient client;
    private final URI target;

    AgentDialer(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, AgentSigner signer,
            WebSocketClientOptions tls) {
        this.vertx = vertx;
        this.config = config;
        this.credentials = credentials;
        this.signer = signer;
        this.target = UpgradeTarget.agent(config);
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions(tls)
                .setMaxConnections(SOCKETS)
                .setMaxFrameSize(LARGEST_MESSAGE)
                .setMaxMessageSize(LARGEST_MESSAGE)
                .setTryUsePerFrameCompression(false)
                .setTryUsePerMessageCompression(false)
                .setClosingTimeout(Math.toIntExact(FAREWELL.toSeconds()))
                .setConnectTimeout(Math.toIntExact(TCP_CONNECT.toMillis())));
    }

    Future<AgentSocket> open(String session) {
        if (!SESSION.matcher(session).matches()) {
            return Future.failedFuture(new IllegalArgumentException("not a runtime session id"));
        }
        Promise<AgentSocket> outcome = ((VertxInternal) vertx).promise();
        Context context = EventLoops.here(vertx);
        context.runOnContext(v -> {
            long timer = vertx.setTimer(config.connectTimeout().toMillis(),
                    id -> outcome.tryFail(Refusal.timedOut()));
            outcome.future().onComplete(w -> vertx.cancelTimer(timer));
            var _ = credentials.current()
                    .whenComplete((identity, failure) -> context.runOnContext(w -> {
                        if (failure != null) {
                            outcome.tryFail(noCredentials());
                        } else {
                            connect(session, identity, outcome);
                        }
                    }));
        });
        return outcome.future();
    }

    static ProblemException noCredentials() {
        return new ProblemException(
                new Problem.Unavailable("there are no AWS credentials at the moment", Duration.ofSeconds(5), ""));
    }

    Future<Void> close() {
        return client.close();
    }

    private void connect(String session, AwsCredentialsIdentity identity, Promise<AgentSocket> outcome) {
        client.connect(upgrade(session, identity)).onComplete(
                wire -> accept(wire, outcome),
                failure -> {
                    log(failure);
                    outcome.tryFail(Refusal.of(failure));
                });
    }

    private WebSocketConnectOptions upgrade(String session, AwsCredentialsIdentity identity) {
        boolean tls = "https".equals(target.getScheme());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(target.getHost())
                .setPort(target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setURI(target.getRawPath() + "?" + target.getRawQuery())
                .setAllowOriginHeader(false)
                .setTimeout(config.connectTimeout().toMillis())
                .setHeaders(HttpHeaders.headers());
        signer.headers(identity, target, Map.of(SESSION_HEADER, session)).forEach(options.getHeaders()::add);
        return options;
    }

    private void accept(WebSocket wire, Promise<AgentSocket> outcome) {
        AgentCoreSocket socket = new AgentCoreSocket(vertx, wire, config.ping(), config.deadAfter(), FAREWELL);
        if (!outcome.tryComplete(socket)) {
            socket.close(); // opened after all, but nobody waits any more
        }
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
