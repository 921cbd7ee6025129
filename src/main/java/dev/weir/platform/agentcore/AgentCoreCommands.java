package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.AgentCommands;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Component;
import dev.weir.platform.http.EventLoops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * InvokeAgentRuntimeCommand, which the SDK for Java does not have: a POST that is signed by hand and answered with an event stream. A
 * connection serves one command, so that none is sent on one that the other side is just giving up.
 */
public final class AgentCoreCommands implements AgentCommands, Component {
    private static final Duration TCP_CONNECT = Duration.ofSeconds(10);
    /** Commands at once; as many more may wait for their turn. */
    private static final int MOST = 256;

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final CredentialsCache credentials;
    private final ShellAuth auth;
    private final ShellRetry retry;
    private final AgentSigner signer;
    private final HttpClient http;

    /** @param retry of which the rule for openings is used, for refusals that prove that nothing was run */
    public AgentCoreCommands(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, ShellAuth auth,
            ShellRetry retry) {
        this.vertx = vertx;
        this.config = config;
        this.credentials = credentials;
        this.auth = auth;
        this.retry = retry;
        this.signer = new AgentSigner(config.region(), Clock.systemUTC());
        this.http = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false).setPipelining(false)
                .setDecompressionSupported(false).setMaxRedirects(0)
                .setConnectTimeout(Math.toIntExact(TCP_CONNECT.toMillis())),
                new PoolOptions().setHttp1MaxSize(MOST).setMaxWaitQueueSize(MOST));
    }

    @Override
    public Future<Void> start() {
        return Future.succeededFuture();
    }

    /** Breaks off what is running. */
    @Override
    public Future<Void> stop() {
        return http.close();
    }

    @Override
    public Running run(AgentCommand command, Output output) {
        CommandCall call = new CommandCall(vertx, EventLoops.here(vertx), new Ways(http, config, retry, this::headers),
                command, output);
        call.start();
        return call;
    }

    private CompletableFuture<Map<String, String>> headers(URI target, Map<String, String> extra, byte[] body) {
        return Proof.find(auth, credentials).thenApply(proof -> proof.post(signer, target, extra, body));
    }

    /** How a call reaches AgentCore. */
    record Ways(HttpClient http, AgentCoreConfig config, ShellRetry retry, Signing signing) {}

    /** All headers of a POST, {@code extra} among them, found anew each time. */
    interface Signing {
        CompletableFuture<Map<String, String>> headers(URI target, Map<String, String> extra, byte[] body);
    }
}
