package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.Backoff;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellListener;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Component;
import dev.weir.platform.http.EventLoops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/** AgentCore's command shells, on AWS or on the emulator. */
public final class AgentCoreShells implements AgentShells, Component {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final ShellDialer dialer;
    private final SessionEnd end;
    private final Optional<TokenStop> tokenStop;
    private final ShellRetry retry;
    private final Set<ReattachingShell> open = ConcurrentHashMap.newKeySet();
    private final Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextLong());

    /** @param http for the SDK's calls; the caller's to close, after {@link #stop()} */
    public AgentCoreShells(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, SdkAsyncHttpClient http,
            ShellAuth auth, ShellRetry retry) {
        this.vertx = vertx;
        this.config = config;
        this.retry = retry;
        this.dialer = new ShellDialer(vertx, config, credentials,
                new AgentSigner(config.region(), Clock.systemUTC()), auth);
        this.tokenStop = auth instanceof ShellAuth.Bearer bearer
                ? Optional.of(new TokenStop(vertx, config, bearer))
                : Optional.empty();
        this.end = new SessionEnd(vertx, config, credentials, http, backoff, STOP_TIMEOUT);
    }

    @Override
    public Future<Void> start() {
        return Future.succeededFuture();
    }

    /** Closes all connections; the shells go on. */
    @Override
    public Future<Void> stop() {
        end.close();
        tokenStop.ifPresent(TokenStop::close);
        return dialer.close();
    }

    @Override
    public AgentShell open(ShellAddress address, ShellListener listener) {
        ReattachingShell shell = new ReattachingShell(vertx, EventLoops.here(vertx), new ReattachingShell.Ways(dialer,
                retry, () -> backoff.plannedAge(config.maxConnectionAge())), address, listener);
        open.add(shell);
        shell.ended().onComplete(v -> open.remove(shell));
        shell.start();
        return shell;
    }

    @Override
    public Future<Void> stop(String session) {
        Promise<Void> stopped = Promise.promise();
        open.forEach(shell -> shell.machineEnds(session, stopped.future()));
        tokenStop.map(each -> each.stop(session)).orElseGet(() -> end.stop(session)).onComplete(stopped);
        return stopped.future();
    }
}
