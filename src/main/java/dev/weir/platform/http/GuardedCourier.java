package dev.weir.platform.http;

import dev.weir.feature.webhook.Courier;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends to addresses that tenants chose, behind {@link SsrfGuard}. HTTP/1.1 without redirects, proxies, compression or a second look-up. Each
 * letter has a connection of its own, so no connection is used for a host that it was not checked for.
 */
public final class GuardedCourier implements Courier {
    /** Vert.x queues what is beyond; whoever sends bounds how much is in flight. */
    private static final int CONNECTIONS = 1000;

    private final Vertx vertx;
    private final SsrfGuard guard;
    private final HttpClient client;
    private final Duration timeout;
    private final InstantSource clock;

    /**
     * How to send.
     *
     * @param timeout for all of a letter: look-up, connection, TLS, request and answer
     * @param loopback whether this host itself may be reached, over plain HTTP also: for a gateway on one's own machine only
     * @param blocked further addresses and networks that may not, in CIDR notation between blanks
     */
    public record Settings(Duration timeout, boolean loopback, String blocked) {}

    /** Throws {@code IllegalArgumentException} if {@code blocked} is not what it should be. */
    public GuardedCourier(Vertx vertx, Settings settings, InstantSource clock) {
        this(vertx, new DnsNames(vertx), settings, clock, new HttpClientOptions());
    }

    /** @param tls whom to trust; everything else is set here */
    GuardedCourier(Vertx vertx, Names names, Settings settings, InstantSource clock, HttpClientOptions tls) {
        this.vertx = vertx;
        OwnAddresses own = new OwnAddresses(vertx, OwnAddresses::ofThisMachine, clock);
        this.guard = new SsrfGuard(names, own::now, Blocks.of(settings.blocked()), settings.loopback());
        this.timeout = settings.timeout();
        this.clock = clock;
        this.client = vertx.createHttpClient(new HttpClientOptions(tls)
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                .setForceSni(true)
                .setVerifyHost(true)
                .setTrustAll(false)
                .setProxyOptions(null)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(16 * 1024)
                .setConnectTimeout(Math.toIntExact(timeout.toMillis())),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    @Override
    public Future<Optional<String>> objection(String url) {
        return guard.vet(url).map(_ -> Optional.<String>empty()).timeout(timeout.toMillis(),
                TimeUnit.MILLISECONDS)
                .otherwise(failure -> Optional.of(failure instanceof BrokenRule broken
                        ? broken.rule()
                        : "unresolvable"));
    }

    @Override
    public Future<Reply> send(Letter letter) {
        Promise<Reply> outcome = ((VertxInternal) vertx).promise();
        Context context = EventLoops.here(vertx);
        context.runOnContext(_ -> {
            Attempt attempt = new Attempt(vertx, client, letter, clock, outcome);
            long timer = vertx.setTimer(timeout.toMillis(), _ -> attempt.timedOut());
            outcome.future().onComplete(_ -> vertx.cancelTimer(timer));
            guard.vet(letter.url()).onComplete(vetted -> context.runOnContext(_ -> attempt.vetted(vetted)));
        });
        return outcome.future();
    }

    /** Ends what is in flight. */
    public Future<Void> close() {
        return client.close();
    }
}
