package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.feature.agent.Backoff;
import dev.weir.kernel.Component;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * AgentCore Runtime: agent WebSockets signed by hand, everything else through the SDK. The same code speaks to AWS and to the emulator;
 * only endpoint and credentials differ.
 */
public final class AgentCoreRuntime implements AgentRuntime, Component {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final CredentialsCache credentials;
    private final AgentDialer dialer;
    private final SessionEnd end;

    /** @param http for the SDK's calls; the caller's to close, after {@link #stop()} */
    public AgentCoreRuntime(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials,
            SdkAsyncHttpClient http) {
        this(credentials,
                new AgentDialer(vertx, config, credentials, new AgentSigner(config.region(), Clock.systemUTC()),
                        new WebSocketClientOptions()),
                new SessionEnd(vertx, config, credentials, http,
                        new Backoff(() -> ThreadLocalRandom.current().nextLong()),
                        STOP_TIMEOUT));
    }

    AgentCoreRuntime(CredentialsCache credentials, AgentDialer dialer, SessionEnd end) {
        this.credentials = credentials;
        this.dialer = dialer;
        this.end = end;
    }

    /** Fetches the first credentials; that they are absent is found here, and does not fail the start: they may yet come. */
    @Override
    public Future<Void> start() {
        return Future.fromCompletionStage(credentials.current()).<Void>mapEmpty().otherwiseEmpty();
    }

    /** Closes all sockets and the SDK's client. */
    @Override
    public Future<Void> stop() {
        end.close();
        return dialer.close();
    }

    @Override
    public Future<AgentSocket> open(String session) {
        return dialer.open(session);
    }

    @Override
    public Future<Void> stop(String session) {
        return end.stop(session);
    }
}
